import { raise } from '../src/result.ts';
import { text } from './bot/rich-text.ts';
import { defineCommand } from './command.ts';

export default defineCommand({
  name: 'cancel',
  description: 'Stops what you have under way here',
  access: 'everyone',
  options: {},
  positional: [],
  example: '/cancel',

  async run(context) {
    const stopped = context.running().filter((job) => context.cancel(job.id));
    if (stopped.length === 0) raise('not-found', 'You have nothing under way here.');
    const names = stopped.map((job) => `/${job.command}`).join(' and ');
    await context.reply({ text: text`Stopping ${names}.`, visibility: 'requester' });
  },

  actions: {
    async stop(context) {
      if (!context.cancel(context.argument)) raise('not-found', 'That is no longer under way.');
    },
  },
});
