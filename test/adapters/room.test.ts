import { expect, test } from 'vitest';
import { createRoom, inRoom, sharingRoom, uploadRoom } from '../../adapters/room.ts';
import { attachment } from '../fakes/conversation.ts';

/** Jobs that run until they are ended, and how they give back early what they hold. */
function openJobs() {
  const givenBack = new Map<string, () => void>();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  return {
    started: () => [...givenBack.keys()],
    giveBack: (name: string) => givenBack.get(name)?.(),
    end: async () => {
      end();
      await ended;
    },
    start: (name: string) => async (giveBack: () => void) => {
      givenBack.set(name, giveBack);
      return { ended };
    },
  };
}

const atOnce = async () => ({ ended: Promise.resolve() });

test('room is lent until the job has ended, and only where there is enough', async () => {
  const room = createRoom(100);
  const { started, start, end } = openJobs();
  expect(await room.lend('a', 50, start('first'))).toBe(true);
  expect(await room.lend('b', 30, start('second'))).toBe(true);
  expect(await room.lend('c', 21, start('third'))).toBe(false);
  expect(await room.lend('c', 20, start('fourth'))).toBe(true);
  expect(await room.lend('c', 0, start('without pictures'))).toBe(true);
  await end();
  expect(await room.lend('c', 50, start('fifth'))).toBe(true);
  expect(started()).toEqual(['first', 'second', 'fourth', 'without pictures', 'fifth']);
});

test('one server has half of the room at most, and the others find the rest', async () => {
  const room = createRoom(100);
  const { start } = openJobs();
  expect(await room.lend('greedy', 30, start('first'))).toBe(true);
  expect(await room.lend('greedy', 21, start('second'))).toBe(false);
  expect(await room.lend('greedy', 20, start('third'))).toBe(true);
  expect(await room.lend('greedy', 1, start('fourth'))).toBe(false);
  expect(await room.lend('other', 50, start('fifth'))).toBe(true);
});

test('what is given back before the job has ended is lent again, and given back once only', async () => {
  const room = createRoom(100);
  const { start, giveBack, end } = openJobs();
  await room.lend('a', 50, start('first'));
  expect(await room.lend('a', 50, start('second'))).toBe(false);
  giveBack('first');
  expect(await room.lend('a', 50, start('third'))).toBe(true);
  giveBack('first');
  expect(await room.lend('a', 1, start('fourth'))).toBe(false);
  await end();
  await room.lend('a', 50, openJobs().start('fifth'));
  expect(await room.lend('a', 1, atOnce)).toBe(false);
});

test('what fails to start gives its room back', async () => {
  const room = createRoom(100);
  const failing = room.lend('a', 50, () => Promise.reject(new Error('not a form')));
  await expect(failing).rejects.toThrow('not a form');
  expect(await room.lend('a', 50, atOnce)).toBe(true);
});

test('work is in the room until it is done, and what finds none does something else instead', async () => {
  const room = createRoom(100);
  const said: string[] = [];
  const say = (words: string) => async () => void said.push(words);
  const { promise, resolve: end } = Promise.withResolvers<void>();
  const first = inRoom(room, { server: 'a', bytes: 50 }, () => promise, say('crowded at once'));
  await inRoom(room, { server: 'a', bytes: 1 }, say('in beside it'), say('crowded'));
  end();
  await first;
  await inRoom(room, { server: 'a', bytes: 50 }, say('in after it'), say('crowded still'));
  expect(said).toEqual(['crowded', 'in after it']);
});

test('files that were sent together give their room back when the last of them is let go of', () => {
  let givenBack = 0;
  const inShare = sharingRoom(2, () => givenBack++);
  const [first, second] = [1, 2].map((byte) => inShare(attachment(Uint8Array.of(byte))));
  first?.release?.();
  first?.release?.();
  expect(givenBack).toBe(0);
  second?.release?.();
  expect(givenBack).toBe(1);
});

test.each([1000, 10 * 2 ** 20, 1e9])(
  'a server’s share has the largest lesson and the largest import where a picture has at most %s bytes',
  async (largestPicture) => {
    expect(await uploadRoom(largestPicture).lend('a', 6 * largestPicture, atOnce)).toBe(true);
    expect(await uploadRoom(largestPicture).lend('a', 2 * 100 * 2 ** 20, atOnce)).toBe(true);
  },
);
