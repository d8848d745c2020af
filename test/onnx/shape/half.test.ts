import { afterEach, expect, it, vi } from 'vitest';
import {
  float16BitsOf,
  fromBfloat16,
  fromFloat16,
  toBfloat16,
  toFloat16,
} from '../../../src/onnx/shape/evaluate/half.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const patterns = Array.from({ length: 2 ** 16 }, (_, bits) => bits);

it('gives every half float back after a way through numbers', () => {
  const changed = patterns.filter(
    (bits) => !Number.isNaN(fromFloat16(bits)) && toFloat16(fromFloat16(bits)) !== bits,
  );
  expect(changed).toEqual([]);
});

it('gives every bfloat16 back after a way through numbers', () => {
  const changed = patterns.filter(
    (bits) => !Number.isNaN(fromBfloat16(bits)) && toBfloat16(fromBfloat16(bits)) !== bits,
  );
  expect(changed).toEqual([]);
});

it('rounds to the nearest half, ties to the even one', () => {
  const finite = patterns.filter((bits) => bits < 0x7bff);
  const wrong = finite.filter((bits) => {
    const [low, high] = [fromFloat16(bits), fromFloat16(bits + 1)];
    const even = bits % 2 === 0 ? bits : bits + 1;
    const step = (high - low) / 4;
    return (
      toFloat16(low + step) !== bits ||
      toFloat16(low + 3 * step) !== bits + 1 ||
      toFloat16((low + high) / 2) !== even
    );
  });
  expect(wrong).toEqual([]);
});

it.each([
  ['as Node has them', globalThis.Float16Array],
  ['where Node has no arrays of them', undefined],
])('makes an array of half floats as it makes each, %s', (_, arrays) => {
  vi.stubGlobal('Float16Array', arrays);
  const finite = patterns.map(fromFloat16).filter(Number.isFinite);
  const between = finite.flatMap((value) => [value, value * (1 + 2 ** -11), value * (1 + 3 * 2 ** -12)]);
  const beyond = [
    65519,
    65520,
    -65536,
    1e30,
    Number.NEGATIVE_INFINITY,
    2 ** -25,
    2 ** -26,
    -1e-30,
    Number.NaN,
  ];
  const values = Float32Array.from([...between, ...beyond]);
  expect(float16BitsOf(values)).toEqual(Uint16Array.from(values, toFloat16));
  expect(float16BitsOf(values.subarray(3, 9))).toEqual(Uint16Array.from(values.subarray(3, 9), toFloat16));
});

it('rounds to the nearest bfloat16, ties to the even one', () => {
  expect([1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -8 + 2 ** -20].map(toBfloat16)).toEqual([
    0x3f80, 0x3f82, 0x3f81,
  ]);
  expect([Number.NaN, Number.POSITIVE_INFINITY, -0].map(toBfloat16)).toEqual([0x7fc0, 0x7f80, 0x8000]);
});
