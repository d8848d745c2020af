import { expect, test } from 'vitest';
import { createTurns } from '../src/turns.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('what is asked for under one name is done one after another, in order, be it that one fails', async () => {
  const turns = createTurns();
  const record: string[] = [];
  const first = Promise.withResolvers<void>();
  const all = [
    turns('a', () => first.promise),
    turns('a', async () => record.push('second')),
    turns('a', async () => record.push('third')),
  ];
  await settle();
  expect(record).toEqual([]);
  first.reject(new Error('failed'));
  expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual([
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  expect(record).toEqual(['second', 'third']);
});

test('what is asked for under another name waits for none of it', async () => {
  const turns = createTurns();
  void turns('a', () => new Promise(() => {}));
  expect(await turns('b', async () => 'done')).toBe('done');
});
