import { deserialize, serialize } from 'node:v8';
import { expect, test } from 'vitest';
import { createDrawn } from '../../../commands/bot/drawn.ts';

const picture = (length: number) => new Uint8Array(length).fill(7);

test('pictures are there until later ones need their room', () => {
  const drawn = createDrawn(100);
  for (const job of ['a', 'b', 'c']) drawn.keep('server', job, [picture(20), picture(20)]);
  expect(drawn.find('server', 'a')).toBeUndefined();
  expect(drawn.find('other', 'c')).toBeUndefined();
  expect(drawn.find('server', 'c')).toEqual([picture(20), picture(20)]);
});

test("what is kept of a worker's answer is its pictures alone, which is what their room is reckoned by", () => {
  const answer = deserialize(serialize({ pictures: [picture(20)], sheet: picture(5000) }));
  const [drawn, pictures] = [createDrawn(100), answer.pictures as readonly Uint8Array[]];
  expect(pictures[0]!.buffer.byteLength).toBeGreaterThan(5000);
  drawn.keep('server', 'job', pictures);
  expect(drawn.find('server', 'job')).toEqual([picture(20)]);
  expect(drawn.find('server', 'job')?.map(({ buffer }) => buffer.byteLength)).toEqual([20]);
});
