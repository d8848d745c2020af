import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { PixelImage } from '../../src/pictures/image.ts';
import { framed } from '../../src/pictures/resize.ts';
import { type Drawing, evaluationConcepts, renderPixels } from '../../src/world/index.ts';
import { fromRgb, plain } from './files.ts';
import { read } from './taking.ts';

const side = 64;
/** Where a figure is in a picture, and by what of its bare scene that is longer: as much of it again, or more of the sky or the ground. */
const ends = [
  { end: 'left', left: 0, top: 0, longer: { right: side, extendWith: 'repeat' } },
  { end: 'right', left: side, top: 0, longer: { left: side, extendWith: 'repeat' } },
  { end: 'upper', left: 0, top: 0, longer: { bottom: side, extendWith: 'copy' } },
  { end: 'lower', left: 0, top: side, longer: { top: side, extendWith: 'copy' } },
] as const;

const drawings = ['dog', 'horse', 'lighthouse', 'car', 'bird'].map((classWord) => {
  const { drawings } = evaluationConcepts().find((one) => one.classWord === classWord)!;
  return { classWord, drawing: drawings[0]! };
});

async function twiceAsLong(drawing: Drawing, { left, top, longer }: (typeof ends)[number]) {
  const [shown, bare] = (await Promise.all(
    [drawing, { ...drawing, figures: [] }].map((one) => renderPixels(one, side)),
  )) as [PixelImage, PixelImage];
  const input = await fromRgb(shown.rgb, side, side).png().toBuffer();
  const file = await fromRgb(bare.rgb, side, side)
    .extend(longer)
    .composite([{ input, left, top }])
    .png()
    .toBuffer();
  const isFigure = (x: number, y: number) =>
    [0, 1, 2].some((channel) => {
      const at = 3 * (y * side + x) + channel;
      return Math.abs(shown.rgb[at]! - bare.rgb[at]!) > 24;
    });
  return { file, isFigure };
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
    const { file, isFigure } = await twiceAsLong(drawing, end);
    const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const [left, top] = placeOf(await read(file, { fit: 'crop-to-detail' }), { ...info, rgb: data });
    const places = Array.from(
      { length: side * side },
      (_, at) => [at % side, Math.floor(at / side)] as const,
    );
    const figure = places.filter(([x, y]) => isFigure(x, y));
    const inside = figure.filter(([x, y]) => {
      const [across, down] = [end.left + x - left, end.top + y - top];
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
