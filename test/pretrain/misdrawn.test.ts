import { expect, test } from 'vitest';
import { planesOf } from '../../src/diffusion/autoencoder.ts';
import type { PixelImage } from '../../src/pictures/image.ts';
import { misdrawnPlanes } from '../../src/pretrain/misdrawn.ts';
import { seededRandom } from '../../src/world/index.ts';

const side = 16;
const plane = side * side;

function painted(colourAt: (x: number, y: number) => readonly [number, number, number]): PixelImage {
  const pixels = Array.from({ length: plane }, (_, i) => colourAt(i % side, Math.floor(i / side)));
  return { width: side, height: side, rgb: Uint8Array.from(pixels.flat()) };
}

const dotted = painted((x, y) => (x === 5 && y === 9 ? [255, 255, 255] : [0, 0, 0]));
const halves = painted((x) => (x < side / 2 ? [230, 60, 60] : [40, 40, 200]));

test('in the middle of every range a picture is as it was', () => {
  const { dims, data } = misdrawnPlanes([halves, dotted], () => 0.5);
  const expected = planesOf([halves, dotted]);
  expect(dims).toEqual([2, 3, side, side]);
  data.forEach((value, i) => {
    expect(value).toBeCloseTo(expected.data[i]!, 5);
  });
});

test('everything moves by at most two pixels, every way, and is still there', () => {
  const random = seededRandom(1);
  const places = Array.from({ length: 300 }, () => {
    const { data } = misdrawnPlanes([dotted], random);
    const own = data.subarray(0, plane);
    const at = own.indexOf(Math.max(...own));
    expect(own[at]! - own.toSorted()[plane / 2]!).toBeGreaterThan(0.6);
    return [(at % side) - 5, Math.floor(at / side) - 9] as const;
  });
  for (const moved of [places.map(([x]) => x), places.map(([, y]) => y)])
    expect(new Set(moved)).toEqual(new Set([-2, -1, 0, 1, 2]));
});

test('left stays left, in colours that are still told apart, between −1 and 1', () => {
  const random = seededRandom(2);
  const original = planesOf([halves]).data;
  for (let i = 0; i < 100; i++) {
    const { data } = misdrawnPlanes([halves], random);
    expect(Math.max(...data.map(Math.abs))).toBeLessThanOrEqual(1);
    for (const x of [1, 4, 11, 14]) {
      for (const channel of [0, 1, 2]) {
        const column = Array.from({ length: side }, (_, y) => channel * plane + y * side + x);
        const mean = (values: Float32Array) => column.reduce((sum, at) => sum + values[at]!, 0) / side;
        expect(Math.abs(mean(data) - mean(original))).toBeLessThan(0.25);
      }
    }
  }
});

test('the same generator gives the same planes, and no two pictures are changed alike', () => {
  const [first, again] = [1, 1].map((seed) => misdrawnPlanes([halves, halves], seededRandom(seed)).data);
  expect(first).toEqual(again);
  expect(first!.slice(0, 3 * plane)).not.toEqual(first!.slice(3 * plane));
});
