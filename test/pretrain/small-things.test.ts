import { expect, test } from 'vitest';
import type { PixelImage } from '../../src/pictures/image.ts';
import { repaintings, weightsOfThings } from '../../src/pretrain/small-things.ts';
import { type ColourName, distance, palette } from '../../src/world/colour.ts';
import type { Drawing } from '../../src/world/index.ts';
import { seededRandom } from '../../src/world/index.ts';
import {
  figureOf,
  sampleHat,
  sampleScene,
  sampleStyle,
  sampleSubject,
  sampleThing,
} from '../../src/world/sample.ts';

const side = 64;
const white: PixelImage = { width: side, height: side, rgb: new Uint8Array(3 * side * side).fill(255) };

/** White but for a square of pixels whose blue is another. */
function withSquare(left: number, top: number, size: number, blue = 0): PixelImage {
  const rgb = white.rgb.slice();
  for (let y = top; y < top + size; y++)
    for (let x = left; x < left + size; x++) rgb[3 * (y * side + x) + 2] = blue;
  return { ...white, rgb };
}

const added = (weights: Float32Array) => weights.reduce((sum, weight) => sum + weight - 1, 0);

test('errors count more where a small thing is seen, and as ever where none is', () => {
  const weights = weightsOfThings(white, [withSquare(8, 16, 8)], 4);
  expect(weights).toHaveLength(16 * 16);
  const more = [...weights.keys()].filter((at) => (weights[at] as number) > 1);
  expect(more).toEqual([4 * 16 + 2, 4 * 16 + 3, 5 * 16 + 2, 5 * 16 + 3]);
  expect(weightsOfThings(white, [], 4).every((weight) => weight === 1)).toBe(true);
  expect(added(weightsOfThings(white, [withSquare(8, 16, 8, 250)], 4))).toBe(0);
});

test('each thing adds as much to a picture, however large it is, unless it is tiny', () => {
  const [small, large, tiny] = [withSquare(8, 8, 12), withSquare(8, 8, 40), withSquare(40, 8, 4)];
  expect(added(weightsOfThings(white, [large], 4))).toBeCloseTo(added(weightsOfThings(white, [small], 4)), 2);
  expect(added(weightsOfThings(white, [tiny], 4))).toBeCloseTo(10, 4);
  expect(added(weightsOfThings(white, [small, tiny], 4))).toBeCloseTo(
    added(weightsOfThings(white, [small], 4)) + 10,
    2,
  );
});

test('every small thing is painted by itself in colours far from its own, and nothing else is', () => {
  const random = seededRandom(3);
  const subject = { ...sampleSubject(random), collar: 'red' as const };
  const [hat, scarf, ball] = [sampleHat(random), sampleThing(random, 'scarf'), sampleThing(random, 'ball')];
  const dressed = { ...figureOf(random, { subject, hat }), scarf, ball };
  const plain = figureOf(random, { subject: { ...subject, collar: null } });
  const drawing: Drawing = {
    figures: [plain, dressed],
    scene: sampleScene(random),
    style: sampleStyle(random),
  };
  const others = repaintings(drawing);
  expect(
    others.map(({ figures: [left, right] }) => [left === plain, changedIn(right ?? plain, dressed)]),
  ).toEqual([
    [true, ['subject']],
    [true, ['hat']],
    [true, ['scarf']],
    [true, ['ball']],
  ]);
  const far = (one: ColourName, other: ColourName | null | undefined) =>
    distance(palette[one], palette[other ?? one]) > 200;
  const [collared, hatted, scarfed, playing] = others.map(({ figures }) => figures[1]);
  expect(collared?.subject).toEqual({ ...subject, collar: expect.any(String) });
  expect(far('red', collared?.subject?.collar)).toBe(true);
  for (const [thing, now] of [
    [hat, hatted?.hat],
    [scarf, scarfed?.scarf],
    [ball, playing?.ball],
  ] as const) {
    expect(now).toEqual({ ...thing, colour: now?.colour, trim: now?.trim });
    expect([far(thing.colour, now?.colour), far(thing.trim, now?.trim)]).toEqual([true, true]);
  }
  expect(repaintings({ ...drawing, figures: [plain] })).toEqual([]);
});

function changedIn<T extends object>(one: T, other: T): readonly string[] {
  return Object.keys(one).filter((name) => one[name as keyof T] !== other[name as keyof T]);
}
