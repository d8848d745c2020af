import { expect, test } from 'vitest';
import { aimsOf, type MeasuredStep } from '../../../../bin/support/bench/provider/aims.ts';

const step = (kind: MeasuredStep['kind'], batch: number, median: number, ratio?: number): MeasuredStep => ({
  kind,
  batch,
  keepsake: {
    median,
    least: 0,
    most: 9,
    runs: 1,
    openSeconds: 1,
    firstSeconds: 1,
    secondSeconds: 1,
    peakBytes: 1,
  },
  ...(ratio && { ratio }),
});

test('the aims are held against the steps that they are made of', () => {
  const steps = [step('training', 1, 9), step('training', 2, 0.1, 0.8), step('denoising', 8, 0.12, 1)];
  expect(aimsOf(steps, 0.2).map(({ found, met }) => [found, met])).toEqual([
    [50, true],
    [3.2, false],
    [1.25, true],
    [1, false],
  ]);
});

test('what was not measured is neither met nor missed', () => {
  const failed: MeasuredStep = { kind: 'training', batch: 2 };
  const aims = aimsOf([failed, step('denoising', 8, 0.1)], undefined);
  expect(aims.map(({ found, met }) => [found, met])).toEqual(Array.from({ length: 4 }, () => [null, null]));
});
