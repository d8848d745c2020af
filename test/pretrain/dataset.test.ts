import { mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keptDrawings, sampleDrawings } from '../../src/pretrain/dataset.ts';
import { renderPixels } from '../../src/world/index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepsake-drawings-'));
});
afterEach(() => rm(folder, { recursive: true }));

const pixels = 16;

async function kept(drawings = sampleDrawings(1, 11)) {
  const done: number[] = [];
  const images = await keptDrawings(folder, 'pictures', drawings, pixels, (count) => done.push(count));
  return { images, done };
}

test('drawings follow from the seed, and a longer list begins with the shorter', () => {
  expect(sampleDrawings(1, 5)).toEqual(sampleDrawings(1, 20).slice(0, 5));
  expect(sampleDrawings(2, 5)).not.toEqual(sampleDrawings(1, 5));
});

test('drawings are rendered once, in order, and taken from the file afterwards', async () => {
  const drawings = sampleDrawings(1, 11);
  const first = await kept(drawings);
  expect(first.done).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(first.images).toHaveLength(11);
  for (const [index, drawing] of drawings.entries()) {
    const { width, height, rgb } = await renderPixels(drawing, pixels);
    expect(first.images[index]).toMatchObject({ width, height });
    expect(Buffer.compare(first.images[index]?.rgb ?? new Uint8Array(), rgb)).toBe(0);
  }
  const again = await kept(drawings);
  expect(again.done).toEqual([]);
  expect(again.images).toEqual(first.images);
  expect(await readdir(folder)).toEqual([expect.stringMatching(/^pictures-[0-9a-f]{12}\.rgb$/)]);
});

test('pictures of other drawings are not taken for these, though there are as many', async () => {
  await kept(sampleDrawings(1, 11));
  const { images, done } = await kept(sampleDrawings(2, 11));
  expect(done).toHaveLength(11);
  const [first] = sampleDrawings(2, 11);
  if (!first) throw new Error('no drawing');
  expect(Buffer.compare(images[0]?.rgb ?? new Uint8Array(), (await renderPixels(first, pixels)).rgb)).toBe(0);
});

test('a file of another length is rendered anew', async () => {
  await kept();
  const [name = ''] = await readdir(folder);
  await truncate(join(folder, name), 100);
  expect((await kept()).done).toHaveLength(11);
  expect((await stat(join(folder, name))).size).toBe(11 * 3 * pixels * pixels);
});
