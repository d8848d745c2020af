import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { encodePng, encodePreview, encodeShown } from '../../src/pictures/encode.ts';
import { noise } from './files.ts';

const picture = { width: 64, height: 48, rgb: noise(64, 48) };

async function pixels(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { rgb: new Uint8Array(data), width: info.width, height: info.height, channels: info.channels };
}

describe('a PNG of a picture', () => {
  test('holds its pixels exactly', async () => {
    expect(await pixels(await encodePng(picture))).toEqual({ ...picture, channels: 3 });
  });

  test('carries no metadata', async () => {
    const { exif, icc, xmp, iptc, comments } = await sharp(await encodeShown(picture)).metadata();
    expect([exif, icc, xmp, iptc, comments]).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  test('refuses pixels that do not fill the size', async () => {
    await expect(encodePng({ ...picture, width: 65 })).rejects.toThrow(RangeError);
  });
});

describe('a picture shown to people', () => {
  test('is enlarged by a whole factor until the shorter side has 256 pixels', async () => {
    expect(await pixels(await encodeShown(picture))).toMatchObject({ width: 384, height: 288 });
    const square = { width: 64, height: 64, rgb: noise(64, 64) };
    expect(await pixels(await encodeShown(square))).toMatchObject({ width: 256, height: 256 });
  });

  test('is as it was where it is large enough', async () => {
    const large = { width: 300, height: 256, rgb: noise(300, 256) };
    expect(await pixels(await encodeShown(large))).toEqual({ ...large, channels: 3 });
  });

  test('keeps flat colours flat', async () => {
    const flat = { width: 64, height: 64, rgb: new Uint8Array(64 * 64 * 3).fill(77) };
    const { rgb } = await pixels(await encodeShown(flat));
    expect(new Set(rgb)).toEqual(new Set([77]));
  });
});

test('a preview of noise stays under 30 kB, from a large picture too', async () => {
  for (const side of [64, 512]) {
    const bytes = await encodePreview({ width: side, height: side, rgb: noise(side, side) });
    expect(bytes.length).toBeLessThan(30_000);
    expect(await pixels(bytes)).toMatchObject({ width: 128, height: 128 });
  }
});
