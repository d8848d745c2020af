import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Model } from '../../../src/diffusion/model.ts';
import { createModels, type Models } from '../../../src/engine/models.ts';
import type { Progress } from '../../../src/engine/protocol.ts';
import { imagineTask } from '../../../src/engine/tasks/imagine.ts';
import { joinIn } from '../../../src/engine/together.ts';
import { createTurnstile } from '../../../src/engine/turnstile.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { smallMethods } from '../../personalize/methods/small.ts';
import { tinyFolder } from '../../personalize/tiny.ts';

/** Sizes of the batches that the U-Net was run with. */
const batches: number[] = [];
let models: Models;
beforeAll(async () => {
  const own = createModels(createRuntime({ threads: 1 }), smallMethods, { picturesAtOnce: 8 });
  const opened = await own.base(tinyFolder);
  const base: Model = {
    ...opened,
    trunk: {
      ...opened.trunk,
      predict(sample, timesteps, texts) {
        batches.push(timesteps.length);
        return opened.trunk.predict(sample, timesteps, texts);
      },
    },
  };
  models = { ...own, base: async () => base };
});
afterAll(async () => (await models.base(tinyFolder)).release());

test('eight drawings that are shown on the way stay in one batch to the end', async () => {
  const turnstile = createTurnstile();
  const draw = imagineTask(models);
  /** The model's own sampler, pndm, takes one more than there are steps. */
  const evaluations = 24;
  const drawings = Array.from({ length: 8 }, async (_, id) => {
    const told: Progress[] = [];
    const { signal } = new AbortController();
    await draw(
      {
        kind: 'imagine',
        model: tinyFolder,
        concepts: [],
        prompt: 'a dog',
        negativePrompt: '',
        count: 1,
        seed: id,
        steps: evaluations - 1,
        guidanceScale: 3,
      },
      {
        signal,
        onProgress: (progress) => told.push(progress),
        step: (kind, action) => turnstile.turn(kind, action),
        together: (work, item) => joinIn(turnstile, work, item, { id, signal }),
      },
    );
    return told.filter(({ preview }) => preview !== undefined).map(({ step }) => step);
  });
  const previews = await Promise.all(drawings);
  expect(previews.flat().sort((one, other) => one - other)).toEqual([7, 12, 17, 22]);
  expect(batches).toEqual(new Array(evaluations).fill(16));
});
