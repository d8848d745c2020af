import { raise } from '../src/result.ts';
import { defineCommand, type RunningJob } from './command.ts';

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
    const stopped: RunningJob[] = [];
    for (const job of await context.running()) if (await context.cancel(job.id)) stopped.push(job);
    if (stopped.length === 0) raise('not-found', words.cancel.nothing);
    const names = stopped.map((job) => words.command(job.command));
    await context.reply({ text: words.cancel.stopping(names), visibility: 'requester' });
  },

  actions: {
    async stop(context) {
      if (!(await context.cancel(context.argument))) raise('not-found', context.words.cancel.over);
    },
  },
});
