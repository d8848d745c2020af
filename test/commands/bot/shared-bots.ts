import { once } from 'node:events';
import { expect, onTestFinished } from 'vitest';
import { type Conversation, createBot } from '../../../commands/bot/bot.ts';
import cancel from '../../../commands/cancel.ts';
import { type Command, defineCommand } from '../../../commands/command.ts';
import { raise } from '../../../src/result.ts';
import { ada, home, recordConversation } from '../../fakes/conversation.ts';
import { leaseOffice } from '../../fakes/leases.ts';
import { createFakeStudio } from '../../fakes/studio.ts';
import { scratchFolder, storeIn } from '../../model-store/sample.ts';

export type SharedBots = Awaited<ReturnType<typeof sharedBots>>;

const stopped = async (signal: AbortSignal) => {
  if (!signal.aborted) await once(signal, 'abort');
  return raise('cancelled', 'Stopped.');
};

/** Bots of one platform on one store, of which each job has one. */
export async function sharedBots() {
  const store = await storeIn(await scratchFolder());
  const office = leaseOffice();
  /** By the id of each job, how it ends where it is done next. */
  const ends = new Map<string, PromiseWithResolvers<string>>();
  const posted: string[] = [];

  const slow = defineCommand({
    name: 'slow',
    description: 'Takes long',
    access: 'everyone',
    options: {},
    positional: [],
    example: '/slow',
    async run(context) {
      await context.defer();
      const end = Promise.withResolvers<string>();
      ends.set(context.job, end);
      context.progress(['slow'], { phase: 'training', step: 1, steps: 2 });
      const said = await Promise.race([end.promise, stopped(context.signal)]);
      await context.reply({ text: [said] });
    },
  });

  /** A bot that looks for jobs of others all the time, and what is posted in conversations that it makes again. */
  function newBot(name: string, ledger = store.ledger, command: Command = slow) {
    const leases = office.bot();
    const told: string[] = [];
    const write = (_: object, message: string) => void told.push(message);
    const bot = createBot({
      commands: [command, cancel],
      studio: createFakeStudio(),
      jobs: store.jobs,
      ledger,
      leases,
      lookMilliseconds: 10,
      mostJobsPerUser: 2,
      log: { info: write, error: write },
    });
    onTestFinished(() => bot.stop());
    const conversation = (): Conversation => ({
      ...recordConversation(),
      address: () => ({ room: 5 }),
      reply: async ({ text }) => void posted.push(`${name}: ${String(text)}`),
    });
    return {
      bot,
      leases,
      told,
      ask: (user = ada, to: Partial<Conversation> = {}) =>
        bot.run({ server: home, user, command: command.name, options: {} }, { ...conversation(), ...to }),
      looks: () => bot.takeUp('fake', async () => conversation()),
    };
  }

  return {
    store,
    office,
    ends,
    posted,
    newBot,
    orders: async () => (await store.ledger.list('order')).map(({ job }) => job),
    async onlyJob() {
      await expect.poll(() => ends.size).toBe(1);
      return [...ends.keys()][0]!;
    },
  };
}
