import { beforeEach, expect, test } from 'vitest';
import type { Ledger } from '../../../model-store/store.ts';
import { ada, ask, ben, boss, home, press } from '../../fakes/conversation.ts';
import { type SharedBots, sharedBots } from './shared-bots.ts';

let { store, office, ends, posted, newBot, orders, onlyJob } = {} as SharedBots;

beforeEach(async () => {
  ({ store, office, ends, posted, newBot, orders, onlyJob } = await sharedBots());
});

const settle = () => new Promise((resolve) => setTimeout(resolve, 60));

test('a job of a bot that is there is not taken up by another', async () => {
  const first = newBot('first');
  const ended = first.ask();
  const job = await onlyJob();
  const begun = ends.get(job)!;
  await newBot('second').looks();
  await settle();
  expect(ends.get(job), 'not begun anew').toBe(begun);
  begun.resolve('done');
  await ended;
  expect(posted).toEqual(['first: done']);
  expect([await orders(), [...office.holders]]).toEqual([[], []]);
});

test('a job of a bot of which nothing is heard is answered by another, and by that bot no more', async () => {
  const first = newBot('first');
  const ended = first.ask();
  const job = await onlyJob();
  const begun = ends.get(job)!;
  const second = newBot('second');
  await second.looks();
  first.leases.silent();
  await expect.poll(() => ends.get(job)).not.toBe(begun);
  begun.resolve('done by the first');
  await ended;
  expect(posted).toEqual([]);
  expect(await orders(), 'the other bot has it').toEqual([job]);
  ends.get(job)!.resolve('done');
  await expect.poll(() => posted).toEqual(['second: done']);
  await expect.poll(orders).toEqual([]);
});

test('a bot that hears that a job is another’s stops working for it, and says nothing', async () => {
  const first = newBot('first');
  const ended = first.ask();
  const job = await onlyJob();
  office.lost(0, job);
  await ended;
  expect(posted).toEqual([]);
  expect(await orders()).toEqual([job]);
});

test('what another bot has answered meanwhile is not answered again, though nobody has it any more', async () => {
  const first = newBot('first');
  const ended = first.ask();
  const job = await onlyJob();
  const begun = ends.get(job)!;
  first.leases.silent();
  const second = newBot('second');
  await second.looks();
  await expect.poll(() => ends.get(job)).not.toBe(begun);
  ends.get(job)!.resolve('done');
  await expect.poll(() => posted).toEqual(['second: done']);
  await expect.poll(() => office.holders.size).toBe(0);
  begun.resolve('done');
  await ended;
  expect(posted).toEqual(['second: done']);
  expect(office.holders.size, 'it lets go of it').toBe(0);
});

test('a bot that stops leaves its jobs to another', async () => {
  const first = newBot('first');
  const second = newBot('second');
  await second.looks();
  const ended = first.ask();
  const job = await onlyJob();
  first.bot.stop();
  await ended;
  ends.clear();
  await expect.poll(() => ends.has(job)).toBe(true);
  ends.get(job)!.resolve('done');
  await expect.poll(() => posted).toEqual(['second: done']);
});

test('a job is stopped through whichever bot is asked, by those who may', async () => {
  const [first, second] = [newBot('first'), newBot('second')];
  for (const [who, stops] of [
    [ben, false],
    [ada, true],
    [boss, true],
  ] as const) {
    ends.clear();
    const ended = first.ask();
    const job = await onlyJob();
    await expect.poll(orders).toEqual([job]);
    const answer = await press(second.bot, `cancel/stop/anyone/${who.id}/${job}`, { user: who });
    expect(answer.replies.length, who.id).toBe(stops ? 0 : 1);
    if (!stops) ends.get(job)!.resolve('done');
    await ended;
    expect(await orders()).toEqual([]);
  }
});

test('a job whose bot has died is stopped through another bot before any has taken it up', async () => {
  void newBot('first').ask();
  const job = await onlyJob();
  office.holders.clear();
  const answer = await press(newBot('second').bot, `cancel/stop/anyone/ada/${job}`, { user: ada });
  expect(answer.replies).toEqual([]);
  await newBot('third').looks();
  await expect.poll(() => posted).toEqual(['third: Stopped; nothing was changed.']);
  await expect.poll(orders).toEqual([]);
  expect(office.holders.size).toBe(0);
});

test('/cancel stops all that somebody has under way on the server, whichever bots have it, and nothing of others', async () => {
  const [first, second] = [newBot('first'), newBot('second')];
  const [own, there, others] = [second.ask(), first.ask(), first.ask(ben)];
  await expect.poll(async () => (await orders()).length).toBe(3);
  const answer = await ask(second.bot, 'cancel');
  expect(answer.words()).toBe('Stopping /slow and /slow.');
  await Promise.all([own, there]);
  const left = await store.ledger.list('order');
  expect(left.map(({ value }) => value)).toMatchObject([{ asked: { user: { id: 'ben' } } }]);
  expect((await ask(second.bot, 'cancel')).words()).toMatch(/nothing/i);
  ends.get(left[0]!.job)!.resolve('done');
  await others;
});

test('what somebody has under way with another bot counts towards what they may have; what was given up does not', async () => {
  const [first, second] = [newBot('first'), newBot('second')];
  const all = [first.ask(), second.ask()];
  await expect.poll(async () => (await orders()).length).toBe(2);
  await second.ask();
  expect(posted).toEqual([expect.stringMatching(/^second: You have 2 things under way/)]);
  const gone = await store.ledger.list('order');
  all.push(first.ask(boss));
  await expect.poll(async () => (await orders()).length).toBe(3);
  all.push(second.ask(ben));
  await expect.poll(async () => (await orders()).length).toBe(4);
  for (const end of ends.values()) end.resolve('done');
  await Promise.all(all);
  for (const { job, value } of gone)
    await store.ledger.write(home.id, job, { order: value, dead: { at: 1, reason: 'given up' } });
  ends.clear();
  const third = second.ask();
  ends.get(await onlyJob())!.resolve('done');
  await third;
  expect(posted.at(-1)).toBe('second: done');
});

test('a lesson that gets on on other machines goes on however many bots end meanwhile; one that does not is given up', async () => {
  const first = newBot('first');
  void first.ask();
  const job = await onlyJob();
  let { leases } = first;
  const begun = (starts: number, reached: number) =>
    expect.poll(() => store.ledger.read(home.id, job, 'order')).toMatchObject({ starts, reached });
  const next = async () => {
    leases.silent();
    const bot = newBot('next');
    await bot.looks();
    leases = bot.leases;
  };
  for (let step = 0; step < 5; step++) {
    await begun(1, step);
    await store.ledger.write(home.id, job, { reached: step + 1 });
    await next();
  }
  for (const starts of [1, 2, 3]) {
    await begun(starts, 5);
    await next();
  }
  await expect.poll(() => store.ledger.list('dead')).toHaveLength(1);
});

test('a bot does not take up what it is accepting itself right then', async () => {
  const late: Ledger = {
    ...store.ledger,
    async write(...given) {
      await store.ledger.write(...given);
      await settle();
    },
  };
  const { ask, looks, told } = newBot('first', late);
  await looks();
  const ended = ask();
  ends.get(await onlyJob())!.resolve('done');
  await ended;
  expect(posted).toEqual(['first: done']);
  expect(told).not.toContain('a job was taken up again');
});

test('a job that ends while it is taken up is let go of, and nothing is said of it', async () => {
  void newBot('first').ask();
  const job = await onlyJob();
  for (const [id] of office.holders) office.holders.delete(id);
  let reads = 0;
  const ended: Ledger = {
    ...store.ledger,
    read: async (server, id, part) =>
      part === 'order' && ++reads > 1 ? undefined : store.ledger.read(server, id, part),
  };
  await newBot('second', ended).looks();
  await expect.poll(() => reads).toBeGreaterThan(1);
  await expect.poll(() => office.holders.has(job)).toBe(false);
  expect(posted).toEqual([]);
});
