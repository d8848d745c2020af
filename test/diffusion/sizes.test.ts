import { afterAll, beforeAll, expect, test } from 'vitest';
import { draw } from '../../src/diffusion/draw.ts';
import { type Model, openModel } from '../../src/diffusion/model.ts';
import { untaught } from '../../src/diffusion/taught-model.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { nothing, tinySd } from './support/tiny-sd.ts';

let base: Model;
beforeAll(async () => {
  base = await openModel(createRuntime({ threads: 1 }), tinySd);
});
afterAll(() => base.release());

test('a model whose graphs leave their size open draws in steps of the autoencoder’s factor', async () => {
  // Two levels, so a factor of two; the U-Net halves once, and 11 latents cannot be.
  expect(base.sizeStep).toBe(2);
  const request = {
    prompt: 'a dog',
    negativePrompt: '',
    count: 2,
    seed: 3,
    steps: 2,
    guidanceScale: 3,
    sampler: 'ddim',
  } as const;
  const { images, latents } = await draw(
    untaught(base),
    { ...request, size: { width: 46, height: 22 } },
    nothing,
  );
  expect(latents.dims).toEqual([2, 4, 11, 23]);
  expect(images.map(({ width, height }) => [width, height])).toEqual([
    [46, 22],
    [46, 22],
  ]);
  const own = await draw(untaught(base), request, nothing);
  const same = await draw(untaught(base), { ...request, size: base.folder.pixels }, nothing);
  expect(same.images).toEqual(own.images);
});
