import { expect, test } from 'vitest';
import { float32 } from '../../../src/onnx/tensor.ts';
import { withoutStartToken } from '../../../src/personalize/training/start-token.ts';

test('drops the cotangents of the first position of every prompt, and no others', () => {
  const keys = float32([2, 3, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  const values = float32([2, 3, 1], [1, 2, 3, 4, 5, 6]);
  const { k, v } = withoutStartToken({ k: keys, v: values });
  expect([...(k?.data ?? [])]).toEqual([0, 0, 3, 4, 5, 6, 0, 0, 9, 10, 11, 12]);
  expect([...(v?.data ?? [])]).toEqual([0, 2, 3, 0, 5, 6]);
});
