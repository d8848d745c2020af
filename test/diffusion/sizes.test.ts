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

test('a model whose graphs leave their size open draws in steps of the autoencoder’s factor and the U-Net’s halvings', async () => {
  // Two levels in each, so a factor of two and one halving.
  expect(base.sizeStep).toBe(4);
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
    { ...request, size: { width: 44, height: 20 } },
    nothing,
  );
  expect(latents.dims).toEqual([2, 4, 10, 22]);
  expect(images.map(({ width, height }) => [width, height])).toEqual([
    [44, 20],
    [44, 20],
  ]);
  const own = await draw(untaught(base), request, nothing);
  const same = await draw(untaught(base), { ...request, size: base.folder.pixels }, nothing);
  expect(same.images).toEqual(own.images);
});
