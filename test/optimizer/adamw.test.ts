import { expect, test } from 'vitest';
import { adamWStep, createAdamWState } from '../../src/optimizer/adamw.ts';
import traces from '../fixtures/adamw-traces.json' with { type: 'json' };

const named = traces.traces.map((trace) => ({
  ...trace,
  name: `rate ${trace.lr}, betas ${trace.betas}, decay ${trace.weight_decay}`,
}));

test.each(named)('updates as PyTorch does: $name', ({ lr, betas, eps, weight_decay, states }) => {
  const [beta1 = 0, beta2 = 0] = betas;
  const options = { learningRate: lr, beta1, beta2, epsilon: eps, weightDecay: weight_decay };
  const weights = Float32Array.from(traces.start);
  const state = createAdamWState(weights.length);
  const after = traces.gradients.map((gradient) => {
    adamWStep(weights, Float32Array.from(gradient), state, options);
    return [...weights];
  });
  expect(after.flat()).toHaveLength(states.flat().length);
  const errors = after.flat().map((value, i) => Math.abs(value - (states.flat()[i] ?? Number.NaN)));
  expect(Math.max(...errors)).toBeLessThan(2e-6);
});

test('a scale on gradients is the same as scaled gradients', () => {
  const options = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1, weightDecay: 0 };
  const [scaled, plain] = [Float32Array.of(1, 2), Float32Array.of(1, 2)];
  adamWStep(scaled, Float32Array.of(4, -8), createAdamWState(2), options, 0.25);
  adamWStep(plain, Float32Array.of(1, -2), createAdamWState(2), options);
  expect(scaled).toEqual(plain);
  expect(scaled).not.toEqual(Float32Array.of(1, 2));
});

test('a weight without gradient and without decay keeps its bits', () => {
  const weights = Float32Array.of(0.1, -0, 3e-40);
  const before = weights.slice();
  const state = createAdamWState(3);
  const options = { learningRate: 1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0 };
  for (let step = 0; step < 3; step++) adamWStep(weights, new Float32Array(3), state, options);
  expect(new Uint8Array(weights.buffer)).toEqual(new Uint8Array(before.buffer));
});
