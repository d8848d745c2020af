import { unwrap } from '../src/result.ts';
import { completeToken, findForgettable } from './bot/concepts.ts';
import { text } from './bot/rich-text.ts';
import { defineCommand } from './command.ts';

export default defineCommand({
  name: 'forget',
  description: 'Forgets a concept for good, after asking once more',
  access: 'everyone',
  offeredTo: 'administrator',
  options: {
    concept: {
      type: 'string',
      required: true,
      maxLength: 60,
      description: 'Which one: <new1>',
      complete: completeToken,
    },
  },
  positional: ['concept'],
  example: '/forget <new1>',

  async run(context) {
    const { token, name } = await findForgettable(context, context.options.concept, context.user);
    const argument = token;
    await context.reply({
      text: text`Forget ${name}? Prompts can no longer use it, and this cannot be undone.`,
      buttons: [
        { action: 'confirm', argument, label: `Forget ${token}`, style: 'danger', who: 'requester' },
        { action: 'keep', argument, label: 'Keep it', who: 'requester' },
      ],
    });
  },

  actions: {
    async confirm(context) {
      const { token, name } = await findForgettable(context, context.argument, context.user);
      unwrap(await context.studio.forget(context.server.id, token));
      await context.update({
        text: text`${name} is forgotten. Everything else is as it was.`,
        forgets: token,
      });
    },
    async keep(context) {
      const { name } = await findForgettable(context, context.argument, context.user);
      await context.update({ text: text`${name} stays.` });
    },
  },
});
