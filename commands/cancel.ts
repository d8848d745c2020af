import { raise } from '../src/result.ts';
import { defineCommand } from './command.ts';

export default defineCommand({
  name: 'cancel',
  description: 'Stops what you have under way here',
  access: 'everyone',
  anywhere: true,
  options: {},
  positional: [],
  example: '/cancel',

  async run(context) {
    const { words } = context;
    const stopped = context.running().filter((job) => context.cancel(job.id));
    if (stopped.length === 0) raise('not-found', words.cancel.nothing);
    const names = stopped.map((job) => words.command(job.command));
    await context.reply({ text: words.cancel.stopping(names), visibility: 'requester' });
  },

  actions: {
    async stop(context) {
      if (!context.cancel(context.argument)) raise('not-found', context.words.cancel.over);
    },
  },
});
