import { expect, test } from 'vitest';
import { ablationRowOf } from '../../src/evaluation/ablation-row.ts';
import type { LessonRecord, StopRecord } from '../../src/evaluation/records.ts';

const lesson = (number: number, neurons: number, overlap?: number): LessonRecord => ({
  commit: null,
  token: `<new${number}>`,
  classWord: 'dog',
  seed: 1,
  seconds: 10 * number,
  steps: 1,
  neurons,
  ...(overlap !== undefined && { overlap }),
  lossFirst: 1,
  lossLast: 1,
  bytes: 1,
});

const stop = (taught: number, fidelities: readonly number[]): StopRecord => ({
  commit: null,
  taught,
  seconds: 1,
  composing: { bytes: 0, seconds: 0 },
  concepts: fidelities.map((fidelity, i) => ({
    token: `<new${fidelities.length === 1 ? taught : i + 1}>`,
    classWord: 'dog',
    clipI: 1,
    clipT: 1,
    fidelity,
    attributes: {},
    prompts: [],
  })),
});

test('a variant’s neurons and overlap are the means of its lessons, beside what its stream measured', () => {
  const stops = [stop(1, [80]), stop(2, [70, 60])];
  const row = ablationRowOf({ lessons: [lesson(1, 100, 0.2), lesson(2, 50, 0.4)], stops });
  expect([row.neurons, row.overlap]).toEqual([75, expect.closeTo(30, 9)]);
  expect(row.forgetting).toMatchObject({ rightAfter: 70, atLast: 65, mostLost: 10 });
  expect(row.teaching.seconds).toBe(15);
});

test('there is no overlap where no neurons were chosen', () => {
  expect(ablationRowOf({ lessons: [lesson(1, 0)], stops: [stop(1, [80])] }).overlap).toBeNull();
});
