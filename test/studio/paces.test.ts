import { expect, it } from 'vitest';
import { createPaces } from '../../src/studio/paces.ts';
import { drawingWork, lessonWork } from '../../src/studio/work.ts';
import { createFakePlatformRecords } from '../fakes/records.ts';

const work = (like: string, size = 1) => ({ like, size });

it('work takes as long for its size as all that was measured of its like, and of no other', async () => {
  const paces = createPaces();
  await paces.learn(work('a', 10), 20);
  await paces.learn(work('a', 30), 20);
  expect(paces.seconds(work('a', 4))).toBe(4);
  expect(paces.seconds(work('b', 4))).toBeUndefined();
});

it('what was measured long ago counts no more', async () => {
  const paces = createPaces();
  await paces.learn(work('a'), 1000);
  for (let time = 0; time < 20; time++) await paces.learn(work('a'), 5);
  expect(paces.seconds(work('a'))).toBe(5);
});

it('times are there after a restart, and those that cannot be read or kept are none', async () => {
  const records = createFakePlatformRecords();
  await createPaces(records).learn(work('a', 2), 6);
  const next = createPaces(records);
  await next.known();
  expect(next.seconds(work('a'))).toBe(3);
  const broken = createPaces({
    read: async () => [['a', [{ size: 0, seconds: 1 }]]],
    write: async () => Promise.reject(new Error('the disk is full')),
  });
  await broken.known();
  expect(broken.seconds(work('a'))).toBeUndefined();
  await broken.learn(work('a'), 7);
  expect(broken.seconds(work('a'))).toBe(7);
});

it('of many likes those measured last are remembered', async () => {
  const records = createFakePlatformRecords();
  const paces = createPaces(records);
  for (let like = 0; like < 51; like++) await paces.learn(work(`${like}`), 1);
  expect(paces.seconds(work('0'))).toBeUndefined();
  const next = createPaces(records);
  await next.known();
  expect(next.seconds(work('1'))).toBe(1);
});

it('a drawing is as large as its steps and pixels, and a lesson is like those of its model, method and steps', () => {
  const model = { id: 'm', pixels: { width: 64, height: 64 }, parameters: 1 };
  const drawing = { count: 2, steps: 25 };
  expect(drawingWork(model, drawing).size).toBe(50);
  expect(drawingWork(model, { ...drawing, size: { width: 128, height: 64 } }).size).toBe(100);
  expect(drawingWork({ ...model, id: 'n' }, drawing).like).not.toBe(drawingWork(model, drawing).like);
  const likes = [
    lessonWork(model, 'cns', undefined),
    lessonWork(model, 'cns', 300),
    lessonWork(model, 'c-lora', 300),
    lessonWork({ ...model, id: 'n' }, 'cns', 300),
  ].map(({ like }) => like);
  expect(new Set(likes).size).toBe(4);
});
