import sharp from 'sharp';
import { expect, it } from 'vitest';
import { redrawPng } from '../../src/pictures/redraw.ts';

const limits = { pixels: 10_000, bytes: 100_000 };
const noise = (width: number, height: number) =>
  Buffer.from(Array.from({ length: 3 * width * height }, (_, index) => (index * 97) % 256));
const png = (width: number, height: number) =>
  sharp(noise(width, height), { raw: { width, height, channels: 3 } }).png();

it('keeps every pixel at its place, whatever the shape', async () => {
  for (const [width, height] of [
    [100, 20],
    [20, 100],
    [33, 47],
  ] as const) {
    const redrawn = await redrawPng(new Uint8Array(await png(width, height).toBuffer()), limits);
    const value = redrawn?.ok ? redrawn.value : new Uint8Array();
    const { data, info } = await sharp(value).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([width, height, 3]);
    expect(data.equals(noise(width, height))).toBe(true);
  }
});

it('keeps nothing of the file but its pixels', async () => {
  const file = await png(40, 40)
    .withExif({ IFD0: { Copyright: 'somebody', ImageDescription: 'a place' } })
    .toBuffer();
  expect(file.includes('somebody')).toBe(true);
  const redrawn = await redrawPng(new Uint8Array(file), limits);
  expect(redrawn).toMatchObject({ ok: true });
  expect(Buffer.from(redrawn?.ok ? redrawn.value : []).includes('somebody')).toBe(false);
});

it('draws nothing that is no PNG or has more pixels than are taken', async () => {
  for (const file of [
    await png(40, 40).jpeg().toBuffer(),
    await png(101, 100).toBuffer(),
    Buffer.from('text'),
  ])
    expect(await redrawPng(new Uint8Array(file), limits)).toBeUndefined();
});

it('refuses one that is damaged', async () => {
  const file = await png(40, 40).toBuffer();
  const cut = new Uint8Array(file.subarray(0, file.length - 200));
  expect(await redrawPng(cut, limits)).toMatchObject({ problem: { code: 'invalid-picture' } });
});
