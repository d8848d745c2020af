import { expect, test } from 'vitest';
import {
  augment,
  boxWeights,
  prefixed,
  type Variant,
} from '../../../../src/personalize/methods/custom-diffusion/augment.ts';
import { createRandom } from '../../../../src/random.ts';

const side = 48;
const red = { width: side, height: side, rgb: new Uint8Array(3 * side * side) };
for (let i = 0; i < red.rgb.length; i += 3) red.rgb[i] = 250;

const random = createRandom(2);
const variants: Variant[] = [];
for (let i = 0; i < 400; i++) variants.push(await augment(red, random));

const far = variants.filter(({ prefix }) => /far away|very small/.test(prefix));
const close = variants.filter(({ prefix }) => /zoomed in|close up/.test(prefix));
const whole = variants.filter(({ prefix }) => prefix === '');

test('every picture keeps its size, and its caption begins with one of five words or none', () => {
  expect(far.length + close.length + whole.length).toBe(400);
  expect(new Set(variants.map(({ prefix }) => prefix)).size).toBe(5);
  for (const { image } of variants)
    expect([image.width, image.height, image.rgb.length]).toEqual([side, side, 3 * side * side]);
});

test('a third is seen close up; of the rest two in five are far away', () => {
  // From a third of the size to all of it, 0.6 is two fifths of the way: 2/3 · 2/5 = 0.27.
  expect(close.length / 400).toBeCloseTo(1 / 3, 1);
  expect(far.length / 400).toBeCloseTo(4 / 15, 1);
});

test('far away, the picture is in its box and everything around it is grey', () => {
  for (const { image, box } of far) {
    const width = box.right - box.left;
    expect(width).toBeGreaterThanOrEqual(side / 3);
    expect(width).toBeLessThanOrEqual(0.6 * side + 1);
    expect(box.bottom - box.top).toBe(width);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const inside = x >= box.left && x < box.right && y >= box.top && y < box.bottom;
        const pixel = [...image.rgb.subarray(3 * (y * side + x), 3 * (y * side + x) + 3)];
        if (pixel.join() !== (inside ? '250,0,0' : '128,128,128')) expect.fail(`${x}, ${y}: ${pixel}`);
      }
    }
  }
  expect(new Set(far.map(({ box }) => `${box.left},${box.top}`)).size).toBeGreaterThan(20);
});

test('close up and as it is, the picture fills all', () => {
  for (const { image, box } of [...close, ...whole]) {
    expect(box).toEqual({ left: 0, top: 0, right: side, bottom: side });
    expect(image.rgb.every((value, i) => value === (i % 3 === 0 ? 250 : 0))).toBe(true);
  }
});

test('close up, a part of the picture is seen, larger', async () => {
  const halves = { ...red, rgb: red.rgb.map((_, i) => (Math.floor(i / 3) % side < side / 2 ? 0 : 200)) };
  const draws = createRandom(5);
  for (let i = 0; i < 30; i++) {
    const { image, prefix } = await augment(halves, draws);
    if (!/zoomed|close/.test(prefix)) continue;
    const row = Array.from({ length: side }, (_, x) => image.rgb[3 * x] as number);
    const edge = row.findIndex((value, x) => x > 0 && Math.abs(value - row[0]!) > 100);
    // The middle, 24, comes to lie between 24 · 1.2 − 0.4 · 48 and 24 · 1.4.
    expect(edge).toBeGreaterThan(12);
    expect(edge).toBeLessThan(35);
  }
});

test('half of the pictures are mirrored', async () => {
  const dotted = { ...red, rgb: red.rgb.map((_, i) => (Math.floor(i / 3) % side < side / 2 ? 0 : 200)) };
  const draws = createRandom(6);
  const left: number[] = [];
  for (let i = 0; i < 100; i++) {
    const { image, prefix } = await augment(dotted, draws);
    if (prefix === '') left.push(image.rgb[0] as number);
  }
  const share = left.filter((value) => value === 200).length / left.length;
  expect(share).toBeGreaterThan(0.25);
  expect(share).toBeLessThan(0.75);
});

test('a prefix takes the place of the article', () => {
  expect(prefixed('a photo of a <new1> dog', 'a far away')).toBe('a far away photo of a <new1> dog');
  expect(prefixed('the <new1> dog', 'close up')).toBe('close up <new1> dog');
  expect(prefixed('<new1> dog', 'very small')).toBe('very small <new1> dog');
  expect(prefixed('a photo of a <new1> dog', '')).toBe('a photo of a <new1> dog');
});

test('only latents that lie wholly in the box count, each the same, and all of a whole picture 1', () => {
  const image = { width: 8, height: 8, rgb: new Uint8Array(192) };
  const box = { left: 1, top: 2, right: 7, bottom: 7 };
  // Latents of 2 × 2 pixels: of four columns those from 2 to 6, of four rows those from 2 to 6.
  const weights = boxWeights({ image, box }, { channels: 2, height: 4, width: 4 });
  const plane = [0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0].map((inside) => inside / 32);
  expect([...weights]).toEqual([...plane, ...plane]);
  for (const variant of [...close, ...whole].slice(0, 40)) {
    const all = boxWeights(variant, { channels: 4, height: 12, width: 12 });
    expect(all.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  }
});
