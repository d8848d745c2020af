import { expect, test } from 'vitest';
import { parseSchedulerConfig } from '../../../src/diffusion/schedulers/config.ts';
import type { TaughtModel } from '../../../src/diffusion/taught-model.ts';
import type { TextValues } from '../../../src/diffusion/texts.ts';
import { float32, type Tensor } from '../../../src/onnx/tensor.ts';
import { classifyByDenoising } from '../../../src/personalize/captions/classify-by-denoising.ts';
import { createRandom } from '../../../src/random.ts';
import { plainHooks } from '../tiny.ts';

const texts = Array.from({ length: 14 }, (_, text) => `${text}`);
const right = 5;

/** A model that answers zeros, which is the least wrong guess of noise, under one text, and others the farther from it. */
function guessing() {
  const runs: number[] = [];
  const predict = async (sample: Tensor, _: unknown, read: readonly TextValues[]) => {
    runs.push(read.length);
    const size = sample.data.length / read.length;
    const guesses = read.map(({ key }) => Math.abs((key?.data[0] as number) - right));
    return float32(
      sample.dims,
      Float32Array.from({ length: sample.data.length }, (_, i) => guesses[Math.floor(i / size)]!),
    );
  };
  const model = {
    tokenizer: { encode: (text: string) => ({ ids: Int32Array.of(Number(text)), length: 1 }) },
    added: new Map(),
    weights: new Map(),
    base: {
      folder: { scheduler: parseSchedulerConfig({}) },
      trunk: { predict, readyBatch: undefined },
      textSide: { project: async (key: Tensor) => ({ key }) },
      embeddings: {
        lookUp: (ids: readonly Int32Array[]) =>
          float32(
            [ids.length, 1, 1],
            ids.map(([id]) => id as number),
          ),
      },
    },
  } as unknown as TaughtModel;
  return { model, runs };
}

test.each([
  ['all texts at once where pictures are small', 16, 14],
  ['four at a time where they are of 512×512, and no more for a last part that is smaller', 64, 4],
  ['one at a time where they are of 1040×1040', 130, 1],
])('a picture is compared with %s, with the same answer', async (_, side, most) => {
  const { model, runs } = guessing();
  const found = await classifyByDenoising(
    model,
    float32([1, 1, side, side]),
    texts,
    createRandom(1),
    plainHooks,
  );
  expect(found).toBe(right);
  expect(Math.max(...runs)).toBe(most);
  // Four noisy copies for all texts, eight for the three that are left.
  expect(runs.reduce((sum, run) => sum + run, 0)).toBe(4 * texts.length + 8 * 3);
});
