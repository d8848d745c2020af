import { afterAll, beforeAll, expect, test } from 'vitest';
import { draw } from '../../src/diffusion/draw.ts';
import { drawEach, type Shot } from '../../src/diffusion/draw-each.ts';
import { type Model, openModel } from '../../src/diffusion/model.ts';
import type { PixelImage } from '../../src/pictures/image.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { nothing, taughtModel, tinySd } from './support/tiny-sd.ts';

const shots: readonly Shot[] = [
  { prompt: 'a <new1> dog', seed: 5 },
  { prompt: 'a horse in the snow', seed: 5 },
  { prompt: 'a <new1> dog', seed: 6 },
];

let base: Model;
beforeAll(async () => {
  base = await openModel(createRuntime({ threads: 1 }), tinySd);
});
afterAll(() => base.release());

/** The farthest that two pictures are apart in a channel of a pixel, 0 to 255. */
const apart = (a: PixelImage, b: PixelImage) =>
  Math.max(...a.rgb.map((value, i) => Math.abs(value - (b.rgb[i] as number))));

test.each([1, 4])('each picture is that of its own prompt and seed, guidance %d', async (guidanceScale) => {
  const model = taughtModel(base, 3);
  const settings = { steps: 3, guidanceScale, sampler: base.folder.sampler };
  const together = await drawEach(model, shots, settings, nothing);
  expect(together).toHaveLength(3);
  for (const [index, shot] of shots.entries()) {
    const { images } = await draw(model, { ...shot, ...settings, negativePrompt: '', count: 1 }, nothing);
    expect(apart(together[index]!, images[0]!)).toBeLessThanOrEqual(1);
  }
  expect(apart(together[0]!, together[1]!)).toBeGreaterThan(1);
  expect(apart(together[0]!, together[2]!)).toBeGreaterThan(1);
});
