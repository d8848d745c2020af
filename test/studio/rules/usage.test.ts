import { expect, test } from 'vitest';
import { createUsage } from '../../../src/studio/rules/usage.ts';
import { createFakeRecords } from '../../fakes/records.ts';

const [here, there] = [
  { what: 'pictures', user: 'ann', from: 'one' },
  { what: 'pictures', user: 'ann', from: 'two' },
] as const;

const minutes = (count: number) => count * 60_000;

test('whoever draws again and again within a minute is held to what the last hour had, and to nothing before', async () => {
  const seconds = 1000;
  let now = 0;
  const usage = createUsage(createFakeRecords(), () => now);
  const limits = { user: 1000, server: 1000 };
  const drawnAt: number[] = [];
  for (let drawing = 0; drawing < 400; drawing++) {
    now = drawing * 50 * seconds;
    expect(await usage.take('s', { ...here, amount: 1, limits })).toBeUndefined();
    drawnAt.push(now);
    const inTheHour = drawnAt.filter((at) => at > now - minutes(60)).length;
    const { pictures } = await usage.usedBy('s', 'ann');
    expect(Math.abs(pictures - inTheHour)).toBeLessThanOrEqual(2);
  }
});

test('what is given back is what was taken from where the member asked, not what came after it from elsewhere', async () => {
  let now = 0;
  const usage = createUsage(createFakeRecords(), () => now);
  await usage.take('s', { ...here, amount: 3 });
  now = minutes(5);
  await usage.take('s', { ...there, amount: 4 });
  await usage.giveBack('s', { ...here, amount: 2 });
  expect((await usage.usedBy('s', 'bob', 'one')).pictures).toBe(1);
  expect((await usage.usedBy('s', 'bob', 'two')).pictures).toBe(4);
  expect((await usage.usedBy('s', 'ann')).pictures).toBe(5);
});

test('what a member took from several places is given back from elsewhere where it was not enough here', async () => {
  const usage = createUsage(createFakeRecords());
  await usage.take('s', { ...here, amount: 1 });
  await usage.take('s', { ...there, amount: 4 });
  await usage.giveBack('s', { ...here, amount: 3 });
  expect((await usage.usedBy('s', 'ann')).pictures).toBe(2);
});

test('what was forgiven meanwhile is given back to the server', async () => {
  const usage = createUsage(createFakeRecords());
  await usage.take('s', { ...here, amount: 4 });
  await usage.forgive('s', 'ann');
  expect((await usage.used('s')).pictures).toBe(4);
  await usage.giveBack('s', { ...here, amount: 4 });
  expect((await usage.used('s')).pictures).toBe(0);
});

test('nothing of anybody else is given back', async () => {
  const usage = createUsage(createFakeRecords());
  await usage.take('s', { what: 'pictures', user: 'bob', from: 'one', amount: 4 });
  await usage.giveBack('s', { ...here, amount: 4 });
  expect((await usage.usedBy('s', 'bob')).pictures).toBe(4);
});
