import { expect, test } from 'vitest';
import type { PixelImage } from '../../src/pictures/image.ts';
import { augmentedPlanes } from '../../src/pretrain/augmentation.ts';
import { seededRandom } from '../../src/pretrain/world/index.ts';

const side = 9;
const plane = side * side;

function picture(colour: (x: number, y: number) => number): PixelImage {
  const rgb = Uint8Array.from({ length: 3 * plane }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return colour(pixel % side, Math.floor(pixel / side));
  });
  return { width: side, height: side, rgb };
}

const repeated = (image: PixelImage, count: number) =>
  augmentedPlanes(Array<PixelImage>(count).fill(image), seededRandom(1)).data;

test('a plain picture stays near its colour: nearer than two named colours are to each other', () => {
  for (const byte of [0, 60, 255]) {
    const values = repeated(
      picture(() => byte),
      40,
    );
    const bytes = values.map((value) => (value + 1) * 127.5);
    expect(Math.max(...bytes.map((value) => Math.abs(value - byte)))).toBeLessThan(25);
    expect(new Set(bytes.slice(0, plane)).size).toBeGreaterThan(plane / 2);
    const means = Array.from({ length: 40 }, (_, i) => bytes[3 * plane * i] ?? 0);
    expect(Math.max(...means) - Math.min(...means)).toBeGreaterThan(5);
  }
});

test('a small thing stays small, where it was or where it is in a mirror, and no light is lost', () => {
  const spot = picture((x, y) => (x === 6 && y === 2 ? 255 : 0));
  const values = repeated(spot, 200);
  let mirrored = 0;
  let softened = 0;
  for (let index = 0; index < 200; index++) {
    const red = [...values.slice(3 * plane * index, 3 * plane * index + plane)];
    const [brightest] = red
      .keys()
      .toArray()
      .toSorted((a, b) => (red[b] ?? 0) - (red[a] ?? 0));
    expect([2 * side + 6, 2 * side + 2]).toContain(brightest);
    mirrored += brightest === 2 * side + 2 ? 1 : 0;
    const dark = red[8 * side] ?? 0;
    const beside = (red[(brightest ?? 0) + 1] ?? 0) - dark;
    softened += beside > 0.2 ? 1 : 0;
    red.forEach((value, place) => {
      const [x, y] = [place % side, Math.floor(place / side)];
      const centre = (brightest ?? 0) % side;
      if (Math.abs(x - centre) > 1 || Math.abs(y - 2) > 1) expect(Math.abs(value - dark)).toBeLessThan(0.13);
    });
    const light = red.reduce((sum, value) => sum + value - dark, 0);
    expect(Math.abs(light - 2)).toBeLessThan(0.16 + 81 * 0.12);
  }
  expect(mirrored).toBeGreaterThan(70);
  expect(mirrored).toBeLessThan(130);
  expect(softened).toBeGreaterThan(20);
  expect(softened).toBeLessThan(100);
});

test('the same seed changes pictures in the same way, another one in another; the pictures themselves stay', () => {
  const image = picture((x, y) => 20 * x + 3 * y);
  const before = image.rgb.slice();
  const planes = (seed: number) => augmentedPlanes([image, image], seededRandom(seed));
  expect(planes(3)).toEqual(planes(3));
  expect(planes(3).data).not.toEqual(planes(4).data);
  expect(planes(3).data.slice(0, 3 * plane)).not.toEqual(planes(3).data.slice(3 * plane));
  expect(planes(3).dims).toEqual([2, 3, side, side]);
  expect(image.rgb).toEqual(before);
});
