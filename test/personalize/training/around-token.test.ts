import { expect, test } from 'vitest';
import type { KeysAndValues } from '../../../src/diffusion/heads.ts';
import { float32 } from '../../../src/onnx/tensor.ts';
import { aroundToken } from '../../../src/personalize/training/around-token.ts';

/** Start token 0, end token 1, as tokenizers have them. */
const encoding = (...ids: number[]) => ({ ids: Int32Array.from(ids), length: ids.length });
const cotangents = () => ({
  k: float32([2, 4, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]),
  v: float32([2, 4, 1], [1, 2, 3, 4, 5, 6, 7, 8]),
});
const numbers = ({ k, v }: KeysAndValues) => [[...(k?.data ?? [])], [...(v?.data ?? [])]];

test('leaves the cotangents where the token stands and at so many words after it', () => {
  const encodings = [encoding(0, 9, 5, 1), encoding(0, 5, 9, 1)];
  expect(numbers(aroundToken(9, 0)(cotangents(), encodings))).toEqual([
    [0, 0, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 13, 14, 0, 0],
    [0, 2, 0, 0, 0, 0, 7, 0],
  ]);
  expect(numbers(aroundToken(9, 1)(cotangents(), encodings))).toEqual([
    [0, 0, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0, 13, 14, 0, 0],
    [0, 2, 3, 0, 0, 0, 7, 0],
  ]);
});

test('goes to the last word of a prompt and not into the next one, and teaches nothing from a prompt without the token', () => {
  const encodings = [encoding(0, 5, 9, 1), encoding(0, 5, 5, 1)];
  expect(numbers(aroundToken(9, 3)(cotangents(), encodings))).toEqual([
    [0, 0, 0, 0, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 3, 0, 0, 0, 0, 0],
  ]);
});
