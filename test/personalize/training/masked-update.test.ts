import { describe, expect, test } from 'vitest';
import type { TaughtModel } from '../../../src/diffusion/taught-model.ts';
import type { DenoisingStep } from '../../../src/diffusion/training/denoising-step.ts';
import { adamWStep, createAdamWState } from '../../../src/optimizer/adamw.ts';
import { createMaskedUpdate } from '../../../src/personalize/training/masked-update.ts';
import { shortTraining } from '../../../src/personalize/training/token-update.ts';
import { headOf, normals } from '../head.ts';

const heads = [headOf(13, 6, 'a.to_k'), headOf(13, 2, 'a.to_v'), headOf(13, 4, 'b.to_k')];
const sizeOf = ({ inFeatures, outFeatures }: (typeof heads)[number]) => inFeatures * outFeatures;
const neurons = new Map([
  ['a.to_k', Uint32Array.of(77, 0, 31)],
  ['a.to_v', new Uint32Array()],
  ['b.to_k', Uint32Array.from({ length: 52 }, (_, i) => 51 - i)],
]);
const rates = [0.1, 0.05, 0.01];

describe.each([false, true])('an update of neurons, the gradients being theirs alone: %s', (atToken) => {
  const start = new Map(heads.map((head, nth) => [head.name, normals(nth, sizeOf(head))]));
  const weights = new Map([...start].map(([name, matrix]) => [name, matrix.slice()]));
  const update = createMaskedUpdate({
    model: { base: { heads }, weights, added: new Map([[7, normals(9, 4)]]) } as unknown as TaughtModel,
    selection: { neurons },
    penalties: new Map(),
    token: 7,
    weightRate: 1,
    embeddingRate: 0,
    atToken,
  });
  const whole = rates.map(
    (_, step) => new Map(heads.map((head, nth) => [head.name, normals(10 * step + nth, sizeOf(head))])),
  );
  const picked = (matrix: Float32Array, name: string) =>
    Float32Array.from(neurons.get(name)!, (index) => matrix[index]!);
  for (const [step, rate] of rates.entries()) {
    const own = [...whole[step]!].map(([name, all]) => [name, atToken ? picked(all, name) : all] as const);
    const embeddings = { type: 'float32', dims: [1, 0, 4], data: new Float32Array() };
    const gradients = { weights: new Map(own), embeddings };
    update.apply({ gradients } as unknown as DenoisingStep, [], rate);
  }

  test.each(heads.map(({ name }) => name))('is AdamW’s on those of %s', (name) => {
    const values = picked(start.get(name)!, name);
    const moments = createAdamWState(values.length);
    for (const [step, learningRate] of rates.entries())
      adamWStep(values, picked(whole[step]!.get(name)!, name), moments, { ...shortTraining, learningRate });
    expect(update.trained.get(name)).toEqual({ values, moments });
  });

  test.each(heads.map(({ name }) => name))(
    'writes what it learns into %s, if anything, there alone',
    (name) => {
      const expected = start.get(name)!.slice();
      if (!atToken)
        neurons.get(name)!.forEach((index, i) => {
          expected[index] = update.trained.get(name)!.values[i]!;
        });
      expect(weights.get(name)).toEqual(expected);
    },
  );
});
