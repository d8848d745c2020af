import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Reading } from '../../../src/judges/reader.ts';
import type { PixelImage } from '../../../src/pictures/image.ts';
import { readingSheet } from '../../../src/pretrain/sheets/readings.ts';
import { attributeValues, type Drawing, sampleDrawing, seededRandom } from '../../../src/world/index.ts';

const random = seededRandom(4);
const drawings = Array.from({ length: 10 }, () => sampleDrawing(random));
/** Each picture in a grey of its own. */
const images = drawings.map(
  (_, at): PixelImage => ({ width: 64, height: 64, rgb: new Uint8Array(3 * 64 * 64).fill(20 * at + 5) }),
);

function readingOf(drawing: Drawing, wrong: Readonly<Record<string, string>> = {}): Reading {
  const values = Object.entries({ ...attributeValues(drawing), ...wrong });
  return Object.fromEntries(values.map(([name, value]) => [name, { value, probability: 1 }]));
}

async function sheetOf(readings: readonly Reading[]) {
  const png = await readingSheet(drawings, images, readings);
  const { data, info } = await sharp(Buffer.from(png)).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [
    ...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3),
  ];
  const count = (colour: readonly number[]) => {
    let pixels = 0;
    for (let i = 0; i < data.length; i += 3)
      if (colour.every((value, channel) => data[i + channel] === value)) pixels++;
    return pixels;
  };
  return { at, count, info };
}

const [green, orange] = [
  [63, 143, 91],
  [217, 130, 43],
];

test('the pictures with the most mistakes come first', async () => {
  const readings = drawings.map((drawing, at) => {
    if (at === 7) return readingOf(drawing, { scene: '?', style: '?', 'left.class': '?' });
    return readingOf(drawing, at === 3 ? { scene: '?' } : {});
  });
  const { at, info } = await sheetOf(readings);
  const top = info.height - 2 * 2 * 66;
  expect([at(20, top + 20), at(152, top + 20)]).toEqual([Array(3).fill(145), Array(3).fill(65)]);
});

test('bars are green where at least 98 % is right, and orange and shorter elsewhere', async () => {
  const right = await sheetOf(drawings.map((drawing) => readingOf(drawing)));
  const wrong = await sheetOf(
    drawings.map((drawing, at) => readingOf(drawing, at === 0 ? { scene: '?' } : {})),
  );
  expect(right.count(orange)).toBe(0);
  expect(wrong.count(orange)).toBeGreaterThan(500);
  const bar = right.count(green) / 38;
  expect(right.count(green) - wrong.count(green)).toBeCloseTo(bar, -2);
  expect(wrong.count(orange)).toBeLessThan(0.6 * bar);
});
