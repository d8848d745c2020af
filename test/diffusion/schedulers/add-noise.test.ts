import { expect, test } from 'vitest';
import { addNoise } from '../../../src/diffusion/schedulers/noise-schedule.ts';
import { float32 } from '../../../src/onnx/tensor.ts';

test('noise is mixed in by the share of the picture that is left, for each picture at its own timestep', () => {
  const alphas = Float64Array.of(1, 0.64, 0);
  const latents = float32([3, 2], [1, 2, 3, 4, 5, 6]);
  const noise = float32([3, 2], [10, 20, 30, 40, 50, 60]);
  const { dims, data } = addNoise(alphas, latents, noise, [2, 1, 0]);
  expect(dims).toEqual([3, 2]);
  const expected = [10, 20, 0.8 * 3 + 0.6 * 30, 0.8 * 4 + 0.6 * 40, 5, 6];
  expect([...data]).toEqual(expected.map(Math.fround));
});
