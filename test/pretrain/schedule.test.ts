import { expect, test } from 'vitest';
import { learningRateAt } from '../../src/pretrain/schedule.ts';

const rates = Array.from({ length: 1001 }, (_, step) => learningRateAt(step, 1000, 2e-3));

test('the rate warms up evenly, stays, and falls evenly to nothing', () => {
  expect(rates[0]).toBeCloseTo(2e-3 / 200, 12);
  expect(rates[99]).toBeCloseTo(1e-3, 12);
  expect(new Set(rates.slice(199, 601))).toEqual(new Set([2e-3]));
  expect(rates[800]).toBeCloseTo(1e-3, 12);
  expect(rates[1000]).toBe(0);
  const slopes = rates.slice(601).map((rate, i) => rate - (rates[600 + i] ?? 0));
  for (const slope of slopes) expect(slope).toBeCloseTo(-2e-3 / 400, 12);
});

test('a longer run has the same rates until the shorter begins to fall', () => {
  const longer = Array.from({ length: 600 }, (_, step) => learningRateAt(step, 2000, 2e-3));
  expect(longer).toEqual(rates.slice(0, 600));
});

test('the rate is never below nothing nor above its peak, even in a run shorter than its warm-up', () => {
  for (const steps of [1, 10, 150])
    for (let step = 0; step <= steps + 5; step++) {
      const rate = learningRateAt(step, steps, 1);
      expect(rate).toBeGreaterThanOrEqual(0);
      expect(rate).toBeLessThanOrEqual(1);
    }
});
