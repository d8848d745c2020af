import { expect, onTestFinished, test } from 'vitest';
import { openLeases } from '../../../src/jobs/bullmq/leases.ts';
import { shareRedis } from './house.ts';

const newHouse = shareRedis();
const silentMilliseconds = 300;

/** Bots that share what is in Redis, each with what it has heard. */
function scene() {
  const house = newHouse();
  const broker = { prefix: house.prefix, onError() {} };
  return {
    house,
    bot(url = house.redis.url) {
      const heard: string[] = [];
      const leases = openLeases({ ...broker, url, silentMilliseconds });
      onTestFinished(() => leases.close());
      leases.listen({
        lost: (id) => void heard.push(`lost ${id}`),
        cancelled: (id) => void heard.push(`cancelled ${id}`),
      });
      return { ...leases, heard };
    },
  };
}

const longer = () => new Promise((resolve) => setTimeout(resolve, silentMilliseconds * 3));

test('a job is one bot’s for as long as that is there, and another’s when it has let go of it', async () => {
  const { bot } = scene();
  const [first, second] = [bot(), bot()];
  expect(await first.take('a')).toBe(true);
  expect(await second.take('a')).toBe(false);
  await longer();
  expect([await second.take('a'), await first.take('a')]).toEqual([false, true]);
  await second.drop('a');
  expect(await second.take('a'), 'it was not its to drop').toBe(false);
  await first.drop('a');
  expect(await second.take('a')).toBe(true);
  expect([first.heard, second.heard]).toEqual([[], []]);
});

test('a bot that is cut off loses its jobs to whoever asks, and hears so when it is back', async () => {
  const { bot, house } = scene();
  const way = await house.way();
  const [first, second] = [bot(way.url), bot()];
  for (const id of ['a', 'b', 'c']) expect(await first.take(id)).toBe(true);
  way.cut();
  for (const id of ['a', 'c']) await expect.poll(() => second.take(id), { timeout: 5000 }).toBe(true);
  const dropped = first.drop('c');
  way.mend();
  await dropped;
  expect(await first.take('c'), 'it was not its to drop').toBe(false);
  await expect.poll(() => first.heard, { timeout: 10_000 }).toEqual(['lost a']);
  expect(await first.take('b'), 'nobody wanted it').toBe(true);
});

test('a bot that ends lets go of all, and leaves nothing', async () => {
  const { bot, house } = scene();
  const [first, second] = [bot(), bot()];
  for (const id of ['a', 'b']) await first.take(id);
  await first.close();
  expect(await house.keys()).toEqual([]);
  expect(await second.take('b')).toBe(true);
});

test('whichever bot has a job hears that somebody stops it; where none has it, that is said', async () => {
  const { bot } = scene();
  const [first, second] = [bot(), bot()];
  await first.take('a');
  await expect.poll(() => second.cancel('a')).toBe(true);
  await expect.poll(() => first.heard).toContain('cancelled a');
  expect([second.heard, await second.cancel('b')]).toEqual([[], false]);
});

test('what a job still says of itself when its bot has closed does no harm: it is nobody’s there, and the lease runs out', async () => {
  const { bot, house } = scene();
  const way = await house.way();
  const [first, second] = [bot(way.url), bot()];
  expect(await first.take('a')).toBe(true);
  way.cut();
  const [dropped, taken] = [first.drop('a'), first.take('b')];
  await first.close();
  await dropped;
  expect([await taken, await first.take('c')]).toEqual([false, false]);
  await expect.poll(() => second.take('a'), { timeout: 5000 }).toBe(true);
});
