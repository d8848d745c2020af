import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Model } from '../../../src/diffusion/model.ts';
import type { SchedulerConfig } from '../../../src/diffusion/schedulers/config.ts';
import { untaught } from '../../../src/diffusion/taught-model.ts';
import { float32 } from '../../../src/onnx/tensor.ts';
import { encodeAll } from '../../../src/personalize/texts.ts';
import { createBatches } from '../../../src/personalize/training/batches.ts';
import { createRandom } from '../../../src/random.ts';
import { openTiny } from '../tiny.ts';

let base: Model;
beforeAll(async () => {
  base = await openTiny();
});
afterAll(() => base.release());

const texts = ['a dog', 'a red cat', 'a hat in the park'];
const size = 4 * 2 * 2;

/** Three pictures whose latents are all 1, all 2 and all 3, with a caption and a common one each. */
function batchesOf(batch: number, seed: number, model = base) {
  const taught = untaught(model);
  const latents = float32(
    [3, 4, 2, 2],
    Float32Array.from({ length: 3 * size }, (_, i) => 1 + Math.floor(i / size)),
  );
  const captions = texts.map((text) => encodeAll(taught.tokenizer, [text, 'a photo']));
  return { batches: createBatches(taught, { latents, captions }, batch, createRandom(seed)), captions };
}

/** ᾱ of the scaled-linear schedule: the product of 1 − β, √β going evenly from √0.00085 to √0.012. */
const alphas: number[] = [];
for (let t = 0; t < 1000; t++) {
  const root = Math.sqrt(0.00085) + (t / 999) * (Math.sqrt(0.012) - Math.sqrt(0.00085));
  alphas.push((alphas.at(-1) ?? 1) * (1 - root ** 2));
}

/** The latents under the noise, one picture's worth for each of the batch. */
function cleaned(batch: ReturnType<ReturnType<typeof batchesOf>['batches']['next']>): number[][] {
  return batch.timesteps.map((timestep, entry) => {
    const alpha = alphas[timestep] ?? 0;
    return Array.from({ length: size }, (_, i) => {
      const [noisy, noise] = [batch.sample, batch.target].map(({ data }) => Number(data[entry * size + i]));
      return ((noisy ?? 0) - Math.sqrt(1 - alpha) * (noise ?? 0)) / Math.sqrt(alpha);
    });
  });
}

test('a batch is √ᾱ·x + √(1 − ᾱ)·ε of a picture, with ε to be told', () => {
  const { batches } = batchesOf(6, 1);
  const { timesteps, ...batch } = batches.next();
  const early = timesteps.flatMap((timestep, entry) => (timestep < 700 ? [entry] : []));
  expect(early.length).toBeGreaterThan(2);
  for (const entry of early) {
    const clean = cleaned({ ...batch, timesteps })[entry] ?? [];
    const picture = Math.round(clean[0] ?? 0);
    expect([1, 2, 3]).toContain(picture);
    for (const value of clean) expect(value).toBeCloseTo(picture, 3);
  }
  expect(new Set(batch.target.data as Float32Array).size).toBeGreaterThan(5 * size);
});

const scheduledBy = (scheduler: Partial<SchedulerConfig>): Model => ({
  ...base,
  folder: { ...base.folder, scheduler: { ...base.folder.scheduler, ...scheduler } },
});
const velocityModel = () => scheduledBy({ prediction_type: 'v_prediction' });

test('a model of velocities is asked for √ᾱ·ε − √(1 − ᾱ)·x', () => {
  const { timesteps, sample, target } = batchesOf(4, 2, velocityModel()).batches.next();
  timesteps.forEach((timestep, entry) => {
    const alpha = alphas[timestep] ?? 0;
    const at = entry * size;
    const [noisy, velocityThere] = [sample, target].map(({ data }) => Number(data[at]));
    const clean = Math.sqrt(alpha) * (noisy ?? 0) - Math.sqrt(1 - alpha) * (velocityThere ?? 0);
    expect([1, 2, 3]).toContain(Math.round(clean));
    expect(Math.abs(clean - Math.round(clean))).toBeLessThan(1e-4);
  });
});

test('a model that answers with the picture is asked for it', () => {
  const { target } = batchesOf(4, 2, scheduledBy({ prediction_type: 'sample' })).batches.next();
  for (const value of target.data) expect([1, 2, 3]).toContain(value);
});

test.each(['v_prediction', 'sample'] as const)(
  'where the schedule ends in pure noise, a model of %s learns at all levels of it and not there alone',
  (prediction_type) => {
    const ending = scheduledBy({ prediction_type, rescale_betas_zero_snr: true });
    const { batches } = batchesOf(8, 5, ending);
    const timesteps = [batches.next(), batches.next()].flatMap((batch) => batch.timesteps);
    expect(new Set(timesteps).size).toBeGreaterThan(12);
    expect(Math.min(...timesteps)).toBeLessThan(500);
    for (const { sample, target } of [batches.next()])
      for (const value of [...sample.data, ...target.data]) expect(value).toSatisfy(Number.isFinite);
  },
);

test('every picture comes once before any comes again, with captions of its own', () => {
  const { batches, captions } = batchesOf(1, 3);
  const seen: number[] = [];
  const used = new Set<unknown>();
  while (seen.length < 12) {
    const batch = batches.next();
    const picture = captions.findIndex((own) => own.includes(batch.encodings[0] as (typeof own)[number]));
    const [clean] = cleaned(batch);
    if ((batch.timesteps[0] ?? 0) < 700) expect(Math.round(clean?.[0] ?? 0)).toBe(picture + 1);
    seen.push(picture);
    used.add(batch.encodings[0]);
  }
  for (let round = 0; round < 12; round += 3)
    expect(seen.slice(round, round + 3).toSorted()).toEqual([0, 1, 2]);
  expect(new Set([0, 3, 6, 9].map((round) => seen.slice(round, round + 3).join())).size).toBeGreaterThan(1);
  expect(used.size).toBeGreaterThan(3);
});

test('each picture of a batch has its own part of the schedule, parts being equal by min-SNR weight', () => {
  const { batches } = batchesOf(8, 4);
  const weights = alphas.map((alpha) => Math.min(1, (5 * (1 - alpha)) / alpha));
  const upTo = (end: number) => weights.slice(0, end).reduce((sum, weight) => sum + weight, 0) / upToEnd;
  const upToEnd = weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < 5; i++) {
    batches.next().timesteps.forEach((timestep, entry) => {
      expect(upTo(timestep + 1)).toBeGreaterThan(entry / 8);
      expect(upTo(timestep)).toBeLessThanOrEqual((entry + 1) / 8);
    });
  }
});

/** Quarters of the normal distribution: its 25th, 50th and 75th percentile. */
const quartiles = [-0.6745, 0, 0.6745];

test('a model of velocities learns at log-normal noise levels, each quarter of a batch from a quarter of them', () => {
  const { batches } = batchesOf(8, 4, velocityModel());
  for (let i = 0; i < 5; i++) {
    batches.next().timesteps.forEach((timestep, entry) => {
      const alpha = alphas[timestep] ?? 0;
      const level = (0.5 * Math.log((1 - alpha) / alpha)) / 1.2;
      const quarter = Math.floor(entry / 2);
      expect(level).toBeGreaterThan((quartiles[quarter - 1] ?? Number.NEGATIVE_INFINITY) - 0.06);
      expect(level).toBeLessThan((quartiles[quarter] ?? Number.POSITIVE_INFINITY) + 0.06);
    });
  }
});

test('the same seed gives the same batches, another seed others', () => {
  const two = (seed: number) => {
    const { batches } = batchesOf(3, seed);
    return [batches.next(), batches.next()];
  };
  expect(two(5)).toEqual(two(5));
  expect(two(6)).not.toEqual(two(5));
});

test('embeddings are those of the captions that were drawn', () => {
  const { batches } = batchesOf(3, 7);
  const { embeddings, encodings } = batches.next();
  const width = base.embeddings.width;
  expect(embeddings.dims).toEqual([3, base.folder.tokenizer.maxTokens, width]);
  encodings.forEach(({ ids }, entry) => {
    const start = (entry * ids.length + 1) * width;
    expect(embeddings.data.slice(start, start + width)).toEqual(base.embeddings.row(ids[1] ?? 0));
  });
});
