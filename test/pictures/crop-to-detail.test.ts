import { describe, expect, test } from 'vitest';
import type { PixelImage } from '../../src/pictures/image.ts';
import { framed } from '../../src/pictures/resize.ts';
import { type Drawing, evaluationConcepts, renderPixels } from '../../src/world/index.ts';
import { fromRgb, plain } from './files.ts';
import { read } from './taking.ts';

const side = 64;
const ends = [
  { end: 'left', figure: [0, 0], bare: [side, 0] },
  { end: 'right', figure: [side, 0], bare: [0, 0] },
  { end: 'upper', figure: [0, 0], bare: [0, side] },
  { end: 'lower', figure: [0, side], bare: [0, 0] },
] as const;

/** One drawing in two classes of figure each: of every kind of shape that the world has. */
const drawings = ['dog', 'horse', 'lighthouse', 'car', 'bird'].map((classWord) => {
  const { drawings } = evaluationConcepts().find((one) => one.classWord === classWord)!;
  return { classWord, drawing: drawings[0]! };
});

function pasted(onto: PixelImage, from: PixelImage, [left, top]: readonly [number, number]): void {
  for (let y = 0; y < side; y++)
    onto.rgb.set(from.rgb.subarray(3 * y * side, 3 * (y + 1) * side), 3 * ((top + y) * onto.width + left));
}

/** More of the sky over a drawing, or of the ground under it, for figures at the lower and at the upper end. */
function farther(without: PixelImage, end: (typeof ends)[number]['end']): PixelImage {
  const from = end === 'lower' ? 0 : side - 1;
  const row = without.rgb.subarray(3 * from * side, 3 * (from + 1) * side);
  const rgb = new Uint8Array(3 * side * side);
  for (let y = 0; y < side; y++) rgb.set(row, 3 * y * side);
  return { width: side, height: side, rgb };
}

/** A drawing with more of its scene at one side of it: what stands there without the figures, or sky or ground. */
async function twiceAsLong(drawing: Drawing, { end, figure, bare }: (typeof ends)[number]) {
  const [with_, without] = await Promise.all(
    [drawing, { ...drawing, figures: [] }].map((one) => renderPixels(one, side)),
  );
  const [across, down] = [figure[0] + bare[0] + side, figure[1] + bare[1] + side];
  const picture = { width: across, height: down, rgb: new Uint8Array(3 * across * down) };
  pasted(picture, with_!, figure);
  pasted(picture, bare[1] + figure[1] > 0 ? farther(without!, end) : without!, bare);
  const isFigure = (x: number, y: number) =>
    [0, 1, 2].some((channel) => {
      const at = 3 * (y * side + x) + channel;
      return Math.abs(with_!.rgb[at]! - without!.rgb[at]!) > 24;
    });
  return { picture, isFigure };
}

/** Where in a picture a square part of it begins. */
function placeOf(part: PixelImage, picture: PixelImage): readonly [number, number] {
  for (let along = 0; along <= side; along++) {
    const place = picture.width > side ? ([along, 0] as const) : ([0, along] as const);
    if (Buffer.from(framed(picture, part, -place[0], -place[1]).rgb).equals(part.rgb)) return place;
  }
  throw new Error('it is no part of it');
}

describe.each(ends)('of a picture twice as long as high, with what it shows at the $end end', (end) => {
  test.each(drawings)('nearly all of the $classWord stays', async ({ drawing }) => {
    const { picture, isFigure } = await twiceAsLong(drawing, end);
    const file = await fromRgb(picture.rgb, picture.width, picture.height).png().toBuffer();
    const [left, top] = placeOf(await read(file, { fit: 'crop-to-detail' }), picture);
    const places = Array.from(
      { length: side * side },
      (_, at) => [at % side, Math.floor(at / side)] as const,
    );
    const figure = places.filter(([x, y]) => isFigure(x, y));
    const inside = figure.filter(([x, y]) => {
      const [across, down] = [end.figure[0] + x - left, end.figure[1] + y - top];
      return across >= 0 && across < side && down >= 0 && down < side;
    });
    expect(inside.length / figure.length).toBeGreaterThan(0.9);
  });
});

test('a picture of the size’s own form is not cut', async () => {
  const whole = await renderPixels(drawings[0]!.drawing, side);
  const file = await fromRgb(whole.rgb, side, side).png().toBuffer();
  expect((await read(file, { fit: 'crop-to-detail' })).rgb).toEqual(new Uint8Array(whole.rgb));
});

describe('a picture that is very long', () => {
  const striped = async (width: number, height: number, left: number) => {
    const stripes = { input: await plain(4, height, '#000').png().toBuffer(), left, top: 0 };
    return plain(width, height, '#fff')
      .composite([stripes, { ...stripes, left: left + 8 }])
      .png()
      .toBuffer();
  };
  const isBlank = ({ rgb }: PixelImage) => rgb.every((value) => value === 255);

  test('is searched up to four times its height', async () => {
    const picture = await striped(256, side, 16);
    expect(isBlank(await read(picture))).toBe(true);
    expect(isBlank(await read(picture, { fit: 'crop-to-detail' }))).toBe(false);
  });

  test.each([
    [260, side],
    [60_000, 64],
    [64, 60_000],
  ])(
    'of %i × %i pixels is cut evenly, for searching it would take the memory of all of it enlarged',
    async (width, height) => {
      const picture = await striped(width, height, 16);
      expect(await read(picture, { fit: 'crop-to-detail' })).toEqual(await read(picture));
    },
  );
});
