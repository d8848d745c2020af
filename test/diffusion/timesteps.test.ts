import { expect, test } from 'vitest';
import { logNormalWeights, minSnrWeights, timestepsByWeight } from '../../src/diffusion/timesteps.ts';

/** Signal-to-noise ratios 99, 9, 4 and 1, and the weights that γ = 5 gives them by hand. */
const alphas = Float64Array.from([0.99, 0.9, 0.8, 0.5]);
const weights = [5 / 99, 5 / 9, 1, 1];

test('min-SNR weighs timesteps by its formula', () => {
  minSnrWeights(alphas).forEach((weight, timestep) => {
    expect(weight).toBeCloseTo(weights[timestep] as number, 12);
  });
});

test('min-SNR weighs those of a model that answers with the picture by the ratio itself, up to γ', () => {
  [5, 5, 4, 1].forEach((weight, timestep) => {
    expect(minSnrWeights(alphas, 'sample')[timestep]).toBeCloseTo(weight, 12);
  });
});

test('timesteps come as often as their weights say', () => {
  const timestepAt = timestepsByWeight(Float64Array.from([1, 5, 0, 4]));
  const counts = [0, 0, 0, 0];
  const draws = 10_000;
  for (let i = 0; i < draws; i++) {
    const timestep = timestepAt((i + 0.5) / draws);
    counts[timestep] = (counts[timestep] ?? 0) + 1;
  }
  expect(counts).toEqual([1000, 5000, 0, 4000]);
});

test('the ends are the first and the last timestep', () => {
  const timestepAt = timestepsByWeight(Float64Array.from([1, 5, 4]));
  expect([timestepAt(0), timestepAt(1)]).toEqual([0, 2]);
});

test('log-normal weights draw noise levels whose logarithm has the mean and deviation asked for', () => {
  const levels = Array.from({ length: 2001 }, (_, i) => -8 + (i * i * 16) / 2000 ** 2);
  const spaced = Float64Array.from(levels, (level) => 1 / (1 + Math.exp(2 * level)));
  const timestepAt = timestepsByWeight(logNormalWeights(spaced, 0.3, 1.2));
  const drawn = Array.from({ length: 20_000 }, (_, i) => levels[timestepAt((i + 0.5) / 20_000)] as number);
  const mean = drawn.reduce((sum, level) => sum + level, 0) / drawn.length;
  const variance = drawn.reduce((sum, level) => sum + (level - mean) ** 2, 0) / drawn.length;
  expect(mean).toBeCloseTo(0.3, 2);
  expect(Math.sqrt(variance)).toBeCloseTo(1.2, 2);
});
