import { expect, test } from 'vitest';
import { createTokenEmbeddings } from '../../src/diffusion/embeddings.ts';
import { float32 } from '../../src/onnx/tensor.ts';

const embeddings = createTokenEmbeddings(float32([3, 2], [0, 1, 10, 11, 20, 21]));

test('ids become rows of the table, and added ids rows of their own', () => {
  const sequences = [Int32Array.of(2, 3, 0), Int32Array.of(4, 1, 1)];
  const added = new Map([
    [3, Float32Array.of(-1, -2)],
    [4, Float32Array.of(-3, -4)],
  ]);
  const { dims, data } = embeddings.lookUp(sequences, added);
  expect(dims).toEqual([2, 3, 2]);
  expect([...data]).toEqual([20, 21, -1, -2, 0, 1, -3, -4, 10, 11, 10, 11]);
});

test('an id without an embedding is never taken for another', () => {
  expect(() => embeddings.lookUp([Int32Array.of(3)], new Map())).toThrow('3 has no embedding');
  expect(embeddings.row(3)).toBeUndefined();
  expect(embeddings.width).toBe(2);
});
