import { expect, test } from 'vitest';
import type { Ledger } from '../../../model-store/store.ts';
import { ProblemError } from '../../../src/result.ts';
import { home } from '../../fakes/conversation.ts';
import { sharedBots } from './shared-bots.ts';

const settle = (milliseconds = 100) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A bot that cannot keep how its job ended, as long as `fails` says so, and another that takes up what it lets go of. */
async function scene(fails: () => boolean) {
  const shared = await sharedBots();
  const { ledger } = shared.store;
  const tried = { times: 0 };
  const tries = () => {
    tried.times++;
    if (fails()) throw new Error('the store is away');
  };
  const failing: Ledger = {
    ...ledger,
    async remove(...given) {
      tries();
      await ledger.remove(...given);
    },
    async write(server, job, parts, holder) {
      if ('dead' in parts) tries();
      await ledger.write(server, job, parts, holder);
    },
  };
  const first = shared.newBot('first', failing);
  await shared.newBot('second').looks();
  const ended = first.ask();
  const job = await shared.onlyJob();
  const end = async (how: (end: PromiseWithResolvers<string>) => void) => {
    how(shared.ends.get(job)!);
    await ended;
  };
  /** It ends, so that another has whatever it has left. */
  const stop = async () => {
    first.bot.stop();
    await first.leases.close();
    await settle();
  };
  return { ...shared, tried, end, stop };
}

/** True so many times. */
const times = (count: number) => () => count-- > 0;

test('a job that was answered while the store was away is answered once: that is kept as soon as the store is back', async () => {
  const { posted, orders, office, tried, end, stop } = await scene(times(2));
  await end(({ resolve }) => resolve('done'));
  expect([posted, office.holders.size], 'nobody else has it').toEqual([['first: done'], 1]);
  await expect.poll(orders).toEqual([]);
  await expect.poll(() => office.holders.size).toBe(0);
  await stop();
  expect([posted, tried.times]).toEqual([['first: done'], 3]);
});

test('a job of which a failure was told while the store was away is given up, and nothing else is told of it', async () => {
  const { store, posted, office, end, stop } = await scene(times(2));
  await end(({ reject }) => reject(new ProblemError({ code: 'engine-down', message: 'No engine.' })));
  expect(office.holders.size).toBe(1);
  await expect.poll(() => store.ledger.list('dead')).toMatchObject([{ value: { reason: 'No engine.' } }]);
  await expect.poll(() => office.holders.size).toBe(0);
  await stop();
  expect(posted).toEqual(['first: No engine.']);
});

test('a bot that ends tries no longer to keep how its jobs ended', async () => {
  const { tried, end, stop } = await scene(() => true);
  await end(({ resolve }) => resolve('done'));
  await expect.poll(() => tried.times).toBe(2);
  await stop();
  await settle(1000);
  expect(tried.times).toBe(2);
});

test('a job that is put off is let go of, though that it was cannot be kept', async () => {
  const { store, office, newBot, onlyJob } = await sharedBots();
  let away = false;
  const failing: Ledger = {
    ...store.ledger,
    write: (...given) =>
      away ? Promise.reject(new Error('the store is away')) : store.ledger.write(...given),
  };
  const { bot, ask } = newBot('first', failing);
  const ended = ask();
  const job = await onlyJob();
  await expect.poll(() => store.ledger.read(home.id, job, 'order')).toMatchObject({ starts: 1 });
  away = true;
  bot.stop();
  await ended;
  expect(office.holders.size).toBe(0);
});
