import { ofLayer } from '../../diffusion/of-layer.ts';
import type { Encoding } from '../../diffusion/tokenizer.ts';
import type { Tensor } from '../../onnx/tensor.ts';
import { type AdamWOptions, type AdamWState, adamWStep, createAdamWState } from '../../optimizer/adamw.ts';
import type { Update } from './update.ts';

/** Averages the squares over about a hundred steps, for trainings that are a few hundred long. */
export const shortTraining: Omit<AdamWOptions, 'learningRate'> = {
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0,
};

/**
 * AdamW on a token's embedding, or on those that each layer has of it; no other token's changes.
 * @param token its id
 */
export function createTokenUpdate(
  rows: readonly Float32Array[],
  token: number,
  rate: number,
  adam = shortTraining,
): Update {
  const states = rows.map((row) => createAdamWState(row.length));
  return {
    trained: new Map(
      rows.map((values, layer) => [`token/${layer}`, { values, moments: states[layer] as AdamWState }]),
    ),
    apply({ gradients }, encodings, remaining) {
      for (const [layer, row] of rows.entries()) {
        const own = ofLayer(gradients.embeddings, layer, rows.length);
        const gradient = embeddingGradient(own, encodings, token);
        adamWStep(row, gradient, states[layer] as AdamWState, { ...adam, learningRate: rate * remaining });
      }
    },
  };
}

/** Sum of dLoss/d(token embeddings), [batch, tokens, width], over the positions where the token stands. */
export function embeddingGradient(
  embeddings: Tensor,
  encodings: readonly Encoding[],
  token: number,
): Float32Array {
  const [, tokens = 0, width = 0] = embeddings.dims;
  const gradient = new Float32Array(width);
  encodings.forEach(({ ids }, entry) => {
    ids.forEach((id, position) => {
      if (id !== token) return;
      const start = (entry * tokens + position) * width;
      for (let i = 0; i < width; i++)
        gradient[i] = (gradient[i] as number) + (embeddings.data[start + i] as number);
    });
  });
  return gradient;
}
