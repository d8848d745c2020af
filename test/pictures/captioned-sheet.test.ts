import sharp from 'sharp';
import { expect, test } from 'vitest';
import { captionedSheet } from '../../src/pictures/captioned-sheet.ts';
import { asWebp } from '../../src/pictures/encode.ts';

const plain = (red: number, green: number) => ({
  width: 8,
  height: 8,
  rgb: new Uint8Array(192).map((_, i) => [red, green, 200][i % 3] as number),
});
const long = 'a word and many more words that go on for lines';
const sheet = await captionedSheet(
  [
    { image: plain(250, 0), caption: 'one' },
    { image: plain(0, 250), caption: long },
    { image: plain(120, 120), caption: 'three' },
  ],
  2,
  128,
);
const { data, info } = await sharp(sheet).raw().toBuffer({ resolveWithObject: true });
const pixel = (x: number, y: number) => [
  ...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3),
];

/** Dark pixels in a part of the sheet. */
function ink(left: number, top: number, right: number, bottom: number): number {
  let count = 0;
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) count += Number(Math.max(...pixel(x, y)) < 110);
  return count;
}

test('pictures stand in rows, each at least as large as asked, over a caption that is there in full', () => {
  expect(info.width).toBe(2 * 128 + 3 * 12);
  expect([pixel(70, 70), pixel(210, 70)]).toEqual([
    [250, 0, 200],
    [0, 250, 200],
  ]);
  const below = 12 + 128;
  expect(ink(12, below, 140, below + 24)).toBeGreaterThan(20);
  expect(ink(152, below, 280, below + 24)).toBeGreaterThan(20);
  // The second caption goes on below its first line, where the first has ended.
  expect(ink(12, below + 26, 140, below + 60)).toBe(0);
  expect(ink(152, below + 26, 280, below + 60)).toBeGreaterThan(20);
  expect(pixel(70, info.height - 60)).toEqual([120, 120, 200]);
  expect(pixel(210, info.height - 60)).toEqual([255, 255, 255]);
});

test('a row begins where the longest caption of the one above has ended', () => {
  const lines = Array.from({ length: info.height }, (_, y) => y);
  const next = lines.find((y) => pixel(70, y).join() === '120,120,200') as number;
  const ended = lines.findLast((y) => ink(152, y, 280, y + 1) > 0) as number;
  expect(ended).toBeGreaterThan(12 + 128 + 26);
  expect(next).toBeGreaterThan(ended);
  expect(next - ended).toBeLessThan(30);
});

test('no caption runs into its neighbour or out of the sheet', () => {
  expect(ink(141, 0, 151, info.height)).toBe(0);
  expect(ink(281, 0, info.width, info.height)).toBe(0);
});

test('as WebP it is of the same size and much smaller', async () => {
  const webp = await asWebp(sheet);
  const { format, width, height } = await sharp(webp).metadata();
  expect([format, width, height]).toEqual(['webp', info.width, info.height]);
  expect(webp.length).toBeLessThan(sheet.length);
});

test('nothing to show is a mistake', async () => {
  await expect(captionedSheet([], 4)).rejects.toThrow(RangeError);
});
