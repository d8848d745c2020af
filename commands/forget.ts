import { unwrap } from '../src/result.ts';
import { completeToken, conceptName, findConcept, requireOwner } from './bot/concepts.ts';
import { text } from './bot/rich-text.ts';
import { defineCommand } from './command.ts';

export default defineCommand({
  name: 'forget',
  description: 'Forgets a concept for good, after asking once more',
  access: 'everyone',
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
    const concept = await findConcept(context, context.options.concept);
    requireOwner(concept, context.user);
    const argument = concept.token;
    await context.reply({
      text: text`Forget ${conceptName(concept)}? Prompts can no longer use it, and this cannot be undone.`,
      buttons: [
        { action: 'confirm', argument, label: `Forget ${concept.token}`, style: 'danger', who: 'requester' },
        { action: 'keep', argument, label: 'Keep it', who: 'requester' },
      ],
    });
  },

  actions: {
    async confirm(context) {
      const concept = await findConcept(context, context.argument);
      requireOwner(concept, context.user);
      const forgotten = unwrap(await context.studio.forget(context.server.id, concept.token));
      await context.update({
        text: text`${conceptName(forgotten)} is forgotten. Everything else is as it was.`,
        forgets: forgotten.token,
      });
    },
    async keep(context) {
      const concept = await findConcept(context, context.argument);
      await context.update({ text: text`${conceptName(concept)} stays.` });
    },
  },
});
