import { expect, test } from 'vitest';
import { type CommandContext, defineCommand } from '../../../commands/command.ts';
import { type Ledger, ledgerParts } from '../../../model-store/store.ts';
import { ProblemError } from '../../../src/result.ts';
import { ada, press } from '../../fakes/conversation.ts';
import { sharedBots } from './shared-bots.ts';

const settle = () => new Promise((resolve) => setTimeout(resolve, 60));

interface Begun {
  readonly context: CommandContext<Record<never, never>>;
  readonly end: PromiseWithResolvers<string>;
}

/** A bot that stands still while another takes a job of its own over, answers and removes it. */
async function stoodStill() {
  const shared = await sharedBots();
  const { store, office, posted, newBot } = shared;
  const begun: Begun[] = [];
  const waits = defineCommand({
    name: 'waits',
    description: 'Waits for its turn',
    access: 'everyone',
    options: {},
    positional: [],
    example: '/waits',
    async run(context) {
      await context.defer();
      const end = Promise.withResolvers<string>();
      begun.push({ context, end });
      context.progress(['waits'], { phase: 'waiting', step: 0, steps: 0 });
      await context.reply({ text: [await end.promise] });
    },
  });
  const moves: (() => void)[] = [];
  const first = newBot('first', store.ledger, waits);
  const ended = first.ask(ada, { progress: (_, onMoved) => void moves.push(onMoved ?? (() => {})) });
  await expect.poll(() => begun.length).toBe(1);
  await expect.poll(() => store.ledger.list('order')).toHaveLength(1);
  first.leases.silent();
  await newBot('second', store.ledger, waits).looks();
  await expect.poll(() => begun.length).toBe(2);
  begun[1]!.end.resolve('done');
  await expect.poll(() => store.ledger.list('order')).toEqual([]);
  await expect.poll(() => office.holders.size).toBe(0);
  return {
    ...begun[0]!,
    ...first,
    office,
    posted,
    ended,
    moved: () => moves.at(-1)!(),
    kept: async () => (await Promise.all(ledgerParts.map((part) => store.ledger.list(part)))).flat(),
  };
}

type StoodStill = Awaited<ReturnType<typeof stoodStill>>;

const happenings: readonly (readonly [string, (still: StoodStill) => unknown])[] = [
  ['has its turn', ({ context }) => context.progress(['waits'], { phase: 'drawing', step: 1, steps: 2 })],
  ['is to be answered elsewhere', ({ moved }) => moved()],
  ['is stopped', ({ bot, context: { job } }) => press(bot, `cancel/stop/anyone/ada/${job}`, { user: ada })],
  ['is done', ({ end }) => end.resolve('done again')],
  ['fails', ({ end }) => end.reject(new ProblemError({ code: 'engine-down', message: 'No engine.' }))],
  ['is put off', ({ bot }) => bot.stop()],
];

test.each(happenings)(
  'a bot that stood still while another ended a job of its own keeps and says nothing of it when that %s',
  async (_, happens) => {
    const still = await stoodStill();
    await happens(still);
    await settle();
    expect(await still.kept()).toEqual([]);
    still.end.resolve('done again');
    await still.ended;
    expect(still.posted).toEqual(['second: done']);
    expect([await still.kept(), still.office.holders.size]).toEqual([[], 0]);
  },
);

test('an answer is not posted where another bot has ended the job right before it is kept', async () => {
  const { store, posted, ends, newBot, onlyJob, office } = await sharedBots();
  const late: Ledger = {
    ...store.ledger,
    async write(server, job, parts, holder) {
      if ('reply' in parts) await store.ledger.remove(server, job);
      return store.ledger.write(server, job, parts, holder);
    },
  };
  const ended = newBot('first', late).ask();
  ends.get(await onlyJob())!.resolve('done');
  await ended;
  expect([posted, office.holders.size]).toEqual([[], 0]);
  expect(await store.ledger.list('reply')).toEqual([]);
});
