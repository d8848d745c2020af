import { expect, test } from 'vitest';
import { timestepsByWeight } from '../../../src/personalize/training/timesteps.ts';

/** Signal-to-noise ratios 99, 9, 4 and 1, and the weights that γ = 5 gives them by hand. */
const alphas = Float64Array.from([0.99, 0.9, 0.8, 0.5]);
const weights = {
  noise: [5 / 99, 5 / 9, 1, 1],
  velocity: [5 / 100, 5 / 10, 4 / 5, 1 / 2],
};

test.each(['noise', 'velocity'] as const)('timesteps come as often as min-SNR counts them: %s', (kind) => {
  const timestepAt = timestepsByWeight(alphas, kind);
  const counts = [0, 0, 0, 0];
  const draws = 100_000;
  for (let i = 0; i < draws; i++) {
    const timestep = timestepAt((i + 0.5) / draws);
    counts[timestep] = (counts[timestep] ?? 0) + 1;
  }
  const total = weights[kind].reduce((sum, weight) => sum + weight, 0);
  weights[kind].forEach((weight, timestep) => {
    expect((counts[timestep] ?? 0) / draws).toBeCloseTo(weight / total, 3);
  });
});

test('the ends are the first and the last timestep', () => {
  const timestepAt = timestepsByWeight(alphas, 'noise');
  expect([timestepAt(0), timestepAt(1)]).toEqual([0, 3]);
});
