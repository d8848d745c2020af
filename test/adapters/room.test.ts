import { expect, test } from 'vitest';
import { createRoom, inRoom } from '../../adapters/room.ts';

test('room is lent until the job has ended, and only where there is enough', async () => {
  const room = createRoom(100);
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  const started: string[] = [];
  const start = (name: string) => async () => {
    started.push(name);
    return { ended };
  };
  expect(await room.lend(60, start('first'))).toBe(true);
  expect(await room.lend(60, start('second'))).toBe(false);
  expect(await room.lend(40, start('third'))).toBe(true);
  end();
  await ended;
  expect(await room.lend(100, start('fourth'))).toBe(true);
  expect(started).toEqual(['first', 'third', 'fourth']);
});

test('what fails to start gives its room back', async () => {
  const room = createRoom(100);
  await expect(room.lend(100, () => Promise.reject(new Error('not a form')))).rejects.toThrow('not a form');
  expect(await room.lend(100, async () => ({ ended: Promise.resolve() }))).toBe(true);
});

test('work is in the room until it is done, and what finds none does something else instead', async () => {
  const room = createRoom(100);
  const said: string[] = [];
  let end = () => {};
  const say = (words: string) => async () => void said.push(words);
  const first = inRoom(
    room,
    100,
    () => new Promise<void>((resolve) => (end = resolve)),
    say('crowded at once'),
  );
  await inRoom(room, 1, say('in beside it'), say('crowded'));
  end();
  await first;
  await inRoom(room, 100, say('in after it'), say('crowded still'));
  expect(said).toEqual(['crowded', 'in after it']);
});
