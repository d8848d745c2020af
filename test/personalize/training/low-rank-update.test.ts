import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Model } from '../../../src/diffusion/model.ts';
import { embed, untaught } from '../../../src/diffusion/taught-model.ts';
import type { DenoisingBatch } from '../../../src/diffusion/training/denoising-step.ts';
import { openTraining, type Training } from '../../../src/diffusion/training/training.ts';
import { float32 } from '../../../src/onnx/tensor.ts';
import { factorGradients, type LowRank, plusDelta } from '../../../src/personalize/deltas.ts';
import { createLowRankUpdate } from '../../../src/personalize/training/low-rank-update.ts';
import { gaussianNoise } from '../../../src/random.ts';
import { normals } from '../head.ts';
import { bits, openTiny } from '../tiny.ts';

let base: Model;
let training: Training;
let batch: DenoisingBatch;
beforeAll(async () => {
  base = await openTiny();
  training = await openTraining(base, 2);
  const plain = untaught(base);
  const latents = (stream: number) => float32([2, 4, 16, 16], gaussianNoise(3, stream, 2048));
  batch = {
    embeddings: embed(
      plain,
      ['a dog', 'a hat'].map((text) => plain.tokenizer.encode(text)),
    ),
    sample: latents(0),
    target: latents(1),
    timesteps: [100, 700],
  };
});
afterAll(async () => {
  await training.release();
  await base.release();
});

const factorsOf = (): Map<string, LowRank> =>
  new Map(
    base.heads.map((head, i) => {
      const up = normals(2 * i + 1, 2 * head.outFeatures).map((value) => 0.1 * value);
      return [head.name, { rank: 2, down: normals(2 * i, 2 * head.inFeatures), up }];
    }),
  );

const weightsWith = (factors: ReadonlyMap<string, LowRank>) =>
  new Map(
    base.heads.map((head) => [
      head.name,
      plusDelta(base.baseWeights.get(head.name)!, head, factors.get(head.name)!),
    ]),
  );

test.each(['down', 'up'] as const)(
  'the loss falls along the gradient of %s as fast as it says',
  async (name) => {
    const factors = factorsOf();
    const { gradients } = await training.step(batch, weightsWith(factors));
    const slopes = new Map(
      base.heads.map((head) => {
        const dense = gradients.weights.get(head.name)!;
        return [head.name, factorGradients(head, factors.get(head.name)!, dense)[name]];
      }),
    );
    const square = [...slopes.values()].reduce(
      (sum, values) => values.reduce((inner, value) => inner + value * value, sum),
      0,
    );
    const by = 0.02 / Math.sqrt(square);
    const lossAt = async (times: number) => {
      const moved = [...factors].map(([head, own]) => {
        const slope = slopes.get(head)!;
        return [
          head,
          { ...own, [name]: own[name].map((value, i) => value + times * by * slope[i]!) },
        ] as const;
      });
      return (await training.step(batch, weightsWith(new Map(moved)))).loss;
    };
    expect(((await lossAt(1)) - (await lossAt(-1))) / (2 * by * square)).toBeCloseTo(1, 1);
  },
);

test('an update moves the factors, the matrices follow them bit for bit, and down stays where it is frozen', async () => {
  for (const trainsDown of [true, false]) {
    const factors = factorsOf();
    const before = structuredClone(factors);
    const weights = new Map([...base.baseWeights].map(([name, values]) => [name, values.slice()]));
    const model = { ...untaught(base), weights };
    const update = createLowRankUpdate({ model, start: base.baseWeights, factors, rate: 0.01, trainsDown });
    const step = await training.step(batch, weightsWith(factors));
    update.apply(step, [], 0.5);
    for (const { name } of base.heads) {
      const [own, was] = [factors.get(name)!, before.get(name)!];
      // AdamW's first step is the rate in each element, here halved, but where a gradient is next to nothing.
      const moves = own.up.map((value, i) => Math.abs(value - was.up[i]!));
      expect(Math.max(...moves)).toBeLessThan(0.00501);
      expect(moves.toSorted()[Math.floor(moves.length / 2)]).toBeGreaterThan(0.00499);
      expect(bits(own.down).join() === bits(was.down).join()).toBe(!trainsDown);
      expect(bits(weights.get(name)!)).toEqual(bits(weightsWith(factors).get(name)!));
    }
  }
});

test('a penalty is asked for each head, and joins the gradient without touching the step’s own', async () => {
  const factors = factorsOf();
  const asked: string[] = [];
  const model = { ...untaught(base), weights: new Map(weightsWith(factors)) };
  const step = await training.step(batch, model.weights);
  const kept = structuredClone(step.gradients.weights);
  const update = createLowRankUpdate({
    model,
    start: base.baseWeights,
    factors,
    rate: 0.01,
    trainsDown: true,
    penalize(head, own, gradient) {
      asked.push(head.name);
      expect(own).toBe(factors.get(head.name));
      gradient.fill(1e6);
    },
  });
  const before = structuredClone(factors);
  update.apply(step, [], 1);
  expect(asked).toEqual(base.heads.map(({ name }) => name));
  expect(step.gradients.weights).toEqual(kept);
  for (const head of base.heads) {
    const was = before.get(head.name)!;
    // With dLoss/dW the same everywhere, up falls where its row of down sums to more than zero.
    was.up.forEach((value, i) => {
      const row = was.down.subarray((i % 2) * head.inFeatures, ((i % 2) + 1) * head.inFeatures);
      const sum = row.reduce((all, one) => all + one, 0);
      expect(Math.sign(factors.get(head.name)!.up[i]! - value)).toBe(-Math.sign(sum));
    });
  }
});
