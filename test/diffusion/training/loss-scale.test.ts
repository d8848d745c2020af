import { expect, test } from 'vitest';
import { createLossScale } from '../../../src/diffusion/training/loss-scale.ts';

test('the factor is halved by every overflow, and doubled after 200 steps without one', () => {
  const scale = createLossScale();
  expect(scale.factor).toBe(65_536);
  scale.overflowed();
  scale.overflowed();
  expect(scale.factor).toBe(16_384);
  for (let step = 0; step < 199; step++) scale.succeeded();
  expect(scale.factor).toBe(16_384);
  scale.succeeded();
  expect(scale.factor).toBe(32_768);
  for (let step = 0; step < 150; step++) scale.succeeded();
  scale.overflowed();
  for (let step = 0; step < 199; step++) scale.succeeded();
  expect(scale.factor).toBe(16_384);
});

test('a model that overflows with the smallest factor is refused with what to do', () => {
  const scale = createLossScale();
  for (let halvings = 0; halvings < 16; halvings++) scale.overflowed();
  expect(scale.factor).toBe(1);
  expect(() => scale.overflowed()).toThrow(/PRECISION=float32/);
});
