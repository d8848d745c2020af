import { expect, test } from 'vitest';
import { clipI, clipT, cosine } from '../../src/judges/alignment.ts';
import { mean } from '../../src/numbers.ts';

const east = Float32Array.of(1, 0);
const north = Float32Array.of(0, 1);
const west = Float32Array.of(-1, 0);
/** Three, four, five: cosines of 0.6 to the east and of 0.8 to the north. */
const between = Float32Array.of(0.6, 0.8);

test('CLIP-I is the mean cosine of all pairs, in percent', () => {
  expect(clipI([between], [east])).toBeCloseTo(60, 4);
  expect(clipI([between, east], [east, north])).toBeCloseTo((60 + 80 + 100 + 0) / 4, 4);
  expect(clipI([west], [east])).toBeCloseTo(-100, 4);
});

test('CLIP-T is two and a half times the cosine, and nothing where that is negative, in percent', () => {
  expect(clipT(between, east)).toBeCloseTo(150, 4);
  expect(clipT(between, north)).toBeCloseTo(200, 4);
  expect(clipT(west, east)).toBe(0);
});

test('embeddings of two encoders cannot be compared', () => {
  expect(() => cosine(east, Float32Array.of(1, 0, 0))).toThrow('2 and 3');
});

test('the mean of nothing is no number', () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(mean([])).toBeNaN();
});
