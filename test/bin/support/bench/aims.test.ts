import { expect, test } from 'vitest';
import { aimsOf, type MeasuredStep, type Waited } from '../../../../bin/support/bench/provider/aims.ts';

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

const waited = (teachSeconds: number, drawingSeconds: number): Waited => ({
  teach: { seconds: teachSeconds, steps: 500 },
  imagine: { pictures: 4, seconds: { median: drawingSeconds, least: 0, most: 9, runs: 1 } },
});

test('the aims are held against what people wait for and the speed of steps', () => {
  const steps = [
    step('training', 1, 9),
    step('training', 2, 0.1, 0.8),
    { ...step('denoising', 8, 0.3, 3), differentTexts: 8 },
    step('denoising', 8, 0.12, 1),
  ];
  expect(aimsOf(steps, waited(50, 3.2)).map(({ found, met }) => [found, met])).toEqual([
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
