import { unwrap } from '../src/result.ts';
import { completeToken, findForgettable, findStillForgettable } from './bot/concepts.ts';
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
    const { words } = context;
    const { token, name } = await findForgettable(context, context.options.concept);
    const argument = token;
    await context.reply({
      text: words.forget.ask(name),
      buttons: [
        {
          action: 'confirm',
          argument,
          label: words.forget.forget(token),
          style: 'danger',
          who: 'requester',
        },
        { action: 'keep', argument, label: words.forget.keep, who: 'requester' },
      ],
    });
  },

  actions: {
    async confirm(context) {
      const { token, name } = await findStillForgettable(context, context.argument);
      unwrap(await context.studio.forget(context.server.id, token));
      await context.update({ text: context.words.forget.forgotten(name), forgets: [token] });
    },
    async keep(context) {
      const { name } = await findStillForgettable(context, context.argument);
      await context.update({ text: context.words.forget.stays(name) });
    },
  },
});
