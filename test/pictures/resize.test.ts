import { expect, test } from 'vitest';
import { framed, mirrored, resized } from '../../src/pictures/resize.ts';

/** Four pixels, two by two, whose red is 10, 20, 30 and 40. */
const four = { width: 2, height: 2, rgb: Uint8Array.of(10, 0, 0, 20, 0, 0, 30, 0, 0, 40, 0, 0) };
const reds = ({ rgb }: { rgb: Uint8Array }) => [...rgb].filter((_, i) => i % 3 === 0);

test('a picture gets the size asked for, whatever shape that is', async () => {
  const image = await resized({ width: 4, height: 4, rgb: new Uint8Array(48).fill(77) }, 7, 3);
  expect([image.width, image.height, image.rgb.length]).toEqual([7, 3, 63]);
  expect(new Set(image.rgb)).toEqual(new Set([77]));
});

test('a mirrored picture has its columns exchanged', async () => {
  expect(reds(await mirrored(four))).toEqual([20, 10, 40, 30]);
});

test('a frame shows the picture where it stands, grey around it, and nothing beyond', () => {
  const frame = { width: 3, height: 3 };
  expect(reds(framed(four, frame, 1, 0))).toEqual([128, 10, 20, 128, 30, 40, 128, 128, 128]);
  expect(reds(framed(four, frame, 2, 2))).toEqual([128, 128, 128, 128, 128, 128, 128, 128, 10]);
  expect(reds(framed(four, { width: 1, height: 1 }, -1, -1))).toEqual([40]);
});
