import { expect, test } from 'vitest';
import { float32 } from '../../src/onnx/tensor.ts';
import { compared, passes } from '../../src/parity/check.ts';
import { relativeError } from '../../src/parity/relative-error.ts';

const expected = float32([3], [1, -4, 2]);

test.each([
  ['the largest difference over the largest expected value', float32([3], [1, -3, 2.5]), expected, 0.25],
  ['nothing between equals', expected, expected, 0],
  ['nothing where zero was expected and came', float32([2]), float32([2]), 0],
  ['infinite where zero was expected and something came', float32([1], [1e-9]), float32([1]), Infinity],
  ['infinite between different shapes of as many elements', float32([3, 1]), expected, Infinity],
  ['no number where one is none', float32([3], [1, Number.NaN, 2]), expected, Number.NaN],
  ['no number where none was expected', expected, float32([3], [Number.NaN, -4, 2]), Number.NaN],
])('the relative error is %s', (_, actual, wanted, error) => {
  expect(relativeError(actual, wanted)).toBe(error);
});

test('the worst of several errors decides, and what is no number never passes', () => {
  expect(passes(compared('', 1e-3, 2e-4).outcome)).toBe(true);
  expect(passes(compared('', 2e-4, 1.1e-3).outcome)).toBe(false);
  expect(passes(compared('', Number.NaN, 1e-5).outcome)).toBe(false);
  expect(passes(compared('', Infinity).outcome)).toBe(false);
});
