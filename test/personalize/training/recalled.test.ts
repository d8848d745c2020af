import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Model } from '../../../src/diffusion/model.ts';
import { untaught } from '../../../src/diffusion/taught-model.ts';
import { recalledExamples } from '../../../src/personalize/training/recalled.ts';
import { openTiny, plainHooks } from '../tiny.ts';

let tiny: Model;
beforeAll(async () => {
  tiny = await openTiny();
});
afterAll(() => tiny.release());

/** How many pictures each run of the U-Net had, where so many are recalled in 6 guided steps. */
async function runsOf(pictures: number, drawing?: Model['folder']['drawing']) {
  const runs: number[] = [];
  const trunk: Model['trunk'] = {
    ...tiny.trunk,
    predict(sample, timesteps, texts) {
      runs.push(sample.dims[0]!);
      return tiny.trunk.predict(sample, timesteps, texts);
    },
  };
  const base = {
    ...tiny,
    trunk,
    folder: { ...tiny.folder, sampler: 'ddim' as const, ...(drawing && { drawing }) },
  };
  const recall = { pictures, drawingSteps: 6, guidanceScale: 5 };
  const { latents, captions } = await recalledExamples(
    untaught(base),
    ['a dog', 'a cat'],
    recall,
    plainHooks,
  );
  expect([latents.dims[0], captions.length]).toEqual([pictures, pictures]);
  return runs;
}

test('pictures are recalled in the steps that are asked for, with guidance', async () => {
  expect(await runsOf(3)).toEqual(new Array(18).fill(2));
  expect(await runsOf(1, { steps: 25, guidanceScale: 7.5 })).toEqual(new Array(6).fill(2));
});

test('a model that draws in few steps without guidance recalls them so', async () => {
  expect(await runsOf(2, { steps: 4, guidanceScale: 1 })).toEqual(new Array(8).fill(1));
});
