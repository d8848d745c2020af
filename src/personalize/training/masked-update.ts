import type { TaughtModel } from '../../diffusion/taught-model.ts';
import type { Encoding } from '../../diffusion/tokenizer.ts';
import type { DenoisingStep } from '../../diffusion/training.ts';
import type { Tensor } from '../../onnx/tensor.ts';
import { type AdamWOptions, adamWStep, createAdamWState } from '../../optimizer/adamw.ts';
import type { Selection } from '../neurons/select.ts';
import type { HeadPenalty } from './penalty.ts';

/** What trains, and how fast. */
export interface Trainable {
  readonly model: TaughtModel;
  readonly selection: Pick<Selection, 'neurons'>;
  /** By head name. */
  readonly penalties: ReadonlyMap<string, HeadPenalty>;
  /** Id of the token whose embedding trains. */
  readonly token: number;
  readonly weightRate: number;
  readonly embeddingRate: number;
  /** By default averages the squares over about a hundred steps, for trainings that are a few hundred long. */
  readonly adam?: Omit<AdamWOptions, 'learningRate'>;
}

/**
 * One update in place from a step's gradients.
 * @param encodings the batch's captions, to find where the token stands
 * @param remaining factor on both rates
 */
export type Update = (step: DenoisingStep, encodings: readonly Encoding[], remaining: number) => void;

const shortTraining = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0 };

/** AdamW on the selected weights and the token's embedding alone; every other weight keeps its bits. */
export function createMaskedUpdate(trainable: Trainable): Update {
  const { model, token, weightRate, embeddingRate, adam = shortTraining } = trainable;
  const embedding = model.added.get(token) as Float32Array;
  const embeddingState = createAdamWState(embedding.length);
  const heads = model.base.heads.map(({ name }) => headUpdate(trainable, name));

  return ({ gradients }, encodings, remaining) => {
    for (const { name, update } of heads)
      update(gradients.weights.get(name) as Float32Array, weightRate * remaining);
    const gradient = embeddingGradient(gradients.embeddings, encodings, token);
    adamWStep(embedding, gradient, embeddingState, { ...adam, learningRate: embeddingRate * remaining });
  };
}

function headUpdate({ model, selection, penalties, adam = shortTraining }: Trainable, name: string) {
  const neurons = selection.neurons.get(name) as Uint32Array;
  const matrix = model.weights.get(name) as Float32Array;
  const penalty = penalties.get(name);
  const values = Float32Array.from(neurons, (index) => matrix[index] as number);
  const state = createAdamWState(neurons.length);
  const update = (dense: Float32Array, learningRate: number) => {
    const gradient = Float32Array.from(neurons, (index) => dense[index] as number);
    penalty?.add(values, gradient);
    adamWStep(values, gradient, state, { ...adam, learningRate });
    neurons.forEach((index, i) => {
      matrix[index] = values[i] as number;
    });
  };
  return { name, update };
}

/** Sum of dLoss/d(token embeddings), [batch, tokens, width], over the places where the token stands. */
export function embeddingGradient(
  embeddings: Tensor,
  encodings: readonly Encoding[],
  token: number,
): Float32Array {
  const [, tokens = 0, width = 0] = embeddings.dims;
  const gradient = new Float32Array(width);
  encodings.forEach(({ ids }, entry) => {
    ids.forEach((id, place) => {
      if (id !== token) return;
      const start = (entry * tokens + place) * width;
      for (let i = 0; i < width; i++)
        gradient[i] = (gradient[i] as number) + (embeddings.data[start + i] as number);
    });
  });
  return gradient;
}
