import { expect, test } from 'vitest';
import { createTrainer } from '../../src/pretrain/trainer.ts';
import { seededRandom } from '../../src/world/index.ts';
import { lineBatch, lineNet } from './line.ts';

async function trainerOf(options: { averageDecay?: number; weightDecay?: number; parts?: number } = {}) {
  const { parts = 1 } = options;
  const net = lineNet(seededRandom(1), undefined, 8 / parts);
  const trainer = await createTrainer({
    graph: net.builder.build(),
    parameters: net.parameters,
    averageDecay: 0.9,
    ...options,
    parts,
  });
  const weights = () => [
    ...(trainer.parameters.get('w')?.data ?? []),
    ...(trainer.parameters.get('b')?.data ?? []),
  ];
  const averages = () => [
    ...(trainer.average.get('w')?.data ?? []),
    ...(trainer.average.get('b')?.data ?? []),
  ];
  return { trainer, weights, averages };
}

test('a line is fitted: the loss falls to nothing, the weights and their average reach the line', async () => {
  const { trainer, weights, averages } = await trainerOf();
  const random = seededRandom(2);
  const losses: number[] = [];
  for (let step = 0; step < 600; step++)
    losses.push(await trainer.step(lineBatch(random), 0.05 * (1 - step / 600)));
  expect(losses[0]).toBeGreaterThan(1);
  expect(losses.at(-1)).toBeLessThan(1e-4);
  for (const fitted of [weights(), averages()])
    for (const [i, target] of [2, -1, 3].entries()) expect(fitted[i]).toBeCloseTo(target, 2);
  expect(trainer.steps).toBe(600);
});

test('the loss told is the one before the update', async () => {
  const { trainer, weights } = await trainerOf();
  const { x, y } = lineBatch(seededRandom(3));
  const [first = 0, second = 0, bias = 0] = weights();
  const errors = [...y.data].map(
    (target, row) => (x.data[2 * row] ?? 0) * first + (x.data[2 * row + 1] ?? 0) * second + bias - target,
  );
  const mean = errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;
  expect(await trainer.step({ x, y }, 0.1)).toBeCloseTo(mean, 4);
  expect(weights()).not.toEqual([first, second, bias]);
});

test('a batch whose gradient is no number changes nothing', async () => {
  const { trainer, weights } = await trainerOf();
  const { x, y } = lineBatch(seededRandom(3));
  const before = weights();
  y.data[0] = Number.NaN;
  expect(await trainer.step({ x, y }, 0.1)).toBeNaN();
  expect(weights()).toEqual(before);
  expect([...trainer.moments.values()].map(({ step }) => step)).toEqual([0, 0]);
});

test('a large gradient is scaled to the largest norm allowed', async () => {
  const { trainer } = await trainerOf();
  const { x, y } = lineBatch(seededRandom(3));
  y.data.fill(1e6);
  await trainer.step({ x, y }, 0);
  const moments = [...trainer.moments.values()].flatMap(({ first }) => [...first]);
  expect(Math.hypot(...moments)).toBeCloseTo(0.1, 6); // (1 − β₁) of a gradient of norm 1
});

test('the average moves every tenth step, fully at first and slower later', async () => {
  const { trainer, weights, averages } = await trainerOf({ averageDecay: 0.999 });
  const random = seededRandom(4);
  const start = averages();
  for (let step = 1; step <= 10; step++) {
    expect(averages()).toEqual(start);
    await trainer.step(lineBatch(random), 0.05);
  }
  const kept = (11 / 20) ** 10;
  averages().forEach((value, i) => {
    expect(value).toBeCloseTo(kept * (start[i] ?? 0) + (1 - kept) * (weights()[i] ?? 0), 6);
  });
});

test('weight decay draws weights towards nothing', async () => {
  const [plain, decaying] = [await trainerOf(), await trainerOf({ weightDecay: 0.5 })];
  const batch = lineBatch(seededRandom(5));
  await plain.trainer.step(batch, 0.1);
  await decaying.trainer.step(batch, 0.1);
  const [start] = [lineNet(seededRandom(1)).parameters.get('w')?.data[0] ?? 0];
  expect((plain.weights()[0] ?? 0) - (decaying.weights()[0] ?? 0)).toBeCloseTo(0.05 * start, 5);
});

test.each([2, 4])(
  '%i parts computed side by side, in threads of their own, train as the whole batch does',
  async (parts) => {
    const whole = await trainerOf();
    const parted = await trainerOf({ parts });
    for (let step = 0; step < 20; step++) {
      const batch = lineBatch(seededRandom(step));
      const losses = [await whole.trainer.step(batch, 0.05), await parted.trainer.step(batch, 0.05)];
      expect(losses[1]).toBeCloseTo(losses[0] as number, 4);
    }
    for (const [i, weight] of whole.weights().entries()) expect(parted.weights()[i]).toBeCloseTo(weight, 4);
    await parted.trainer.close();
    await whole.trainer.close();
  },
);
