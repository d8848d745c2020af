import { expect, test } from 'vitest';
import { float32 } from '../../../src/onnx/tensor.ts';
import { embeddingGradient } from '../../../src/personalize/training/token-update.ts';

test('the gradient of a token is summed over all places where it stands, in every caption', () => {
  const embeddings = float32(
    [3, 3, 2],
    Float32Array.from({ length: 18 }, (_, i) => 10 ** (i % 2) * (i + 1)),
  );
  const encodings = [
    [1, 7, 7],
    [1, 2, 3],
    [7, 1, 1],
  ].map((ids) => ({ ids: Int32Array.from(ids), length: 3 }));
  expect([...embeddingGradient(embeddings, encodings, 7)]).toEqual([3 + 5 + 13, 40 + 60 + 140]);
  expect([...embeddingGradient(embeddings, encodings, 9)]).toEqual([0, 0]);
});
