import type { TaughtModel } from '../../diffusion/taught-model.ts';
import { type AdamWOptions, adamWStep, createAdamWState } from '../../optimizer/adamw.ts';
import type { Selection } from '../neurons/select.ts';
import type { HeadPenalty } from './penalty.ts';
import { createTokenUpdate, shortTraining } from './token-update.ts';
import type { Update } from './update.ts';

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
  /** Whether they are the token's own: gradients come of them alone then, in their order, and the matrices stay as they are. */
  readonly atToken?: boolean;
  /** By default that of short trainings. */
  readonly adam?: Omit<AdamWOptions, 'learningRate'>;
}

/** AdamW on the selected weights and the token's embedding alone; every other weight keeps its bits. */
export function createMaskedUpdate(trainable: Trainable): Update {
  const { model, token, weightRate, embeddingRate, adam } = trainable;
  const updateToken = createTokenUpdate([model.added.get(token) as Float32Array], token, embeddingRate, adam);
  const heads = model.base.heads.map(({ name }) => headUpdate(trainable, name));

  return {
    trained: new Map([...heads.map(({ name, trained }) => [name, trained] as const), ...updateToken.trained]),
    apply(step, encodings, remaining) {
      for (const { name, update } of heads)
        update(step.gradients.weights.get(name) as Float32Array, weightRate * remaining);
      updateToken.apply(step, encodings, remaining);
    },
    follow() {
      for (const { writeBack } of heads) writeBack();
    },
  };
}

function headUpdate(
  { model, selection, penalties, adam = shortTraining, atToken = false }: Trainable,
  name: string,
) {
  const neurons = selection.neurons.get(name) as Uint32Array;
  const matrix = model.weights.get(name) as Float32Array;
  const penalty = penalties.get(name);
  const values = new Float32Array(neurons.length);
  gather(matrix, neurons, values);
  const slopes = new Float32Array(atToken ? 0 : neurons.length);
  const moments = createAdamWState(neurons.length);
  const writeBack = () => {
    if (!atToken) scatter(values, neurons, matrix);
  };
  const update = (given: Float32Array, learningRate: number) => {
    if (!atToken) gather(given, neurons, slopes);
    const gradient = atToken ? given : slopes;
    penalty?.add(values, gradient);
    adamWStep(values, gradient, moments, { ...adam, learningRate });
    writeBack();
  };
  return { name, trained: { values, moments }, update, writeBack };
}

function gather(from: Float32Array, indices: Uint32Array, to: Float32Array): void {
  for (let i = 0; i < indices.length; i++) to[i] = from[indices[i] as number] as number;
}

function scatter(from: Float32Array, indices: Uint32Array, to: Float32Array): void {
  for (let i = 0; i < indices.length; i++) to[indices[i] as number] = from[i] as number;
}
