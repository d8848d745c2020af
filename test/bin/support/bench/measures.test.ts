import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { describe, expect, test, vi } from 'vitest';
import { timingOf } from '../../../../bin/support/bench/measure.ts';
import composition from '../../../../bin/support/bench/measures/composition.ts';
import matrixTraining from '../../../../bin/support/bench/measures/matrix-training.ts';
import projection from '../../../../bin/support/bench/measures/projection.ts';
import sharing from '../../../../bin/support/bench/measures/sharing.ts';
import switching from '../../../../bin/support/bench/measures/switching.ts';
import training from '../../../../bin/support/bench/measures/training.ts';

const options = { model: join(import.meta.dirname, '../../../fixtures/tiny-sd'), runs: 1, batch: 2 };

test('a timing is the median with its spread', () => {
  expect(timingOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3, runs: 3 });
  expect(timingOf([10, 1, 2, 4])).toEqual({ median: 3, least: 1, most: 10, runs: 4 });
});

/** What all of ONNX Runtime's sessions are made of, which its types leave out. */
const sessions = (ort.InferenceSession as unknown as { readonly prototype: ort.InferenceSession }).prototype;

/** The embeddings of a text of the tiny model, 77 tokens of 32 numbers. */
const bytesOfText = 4 * 77 * 32;

describe('npm run bench', () => {
  test('finds that composing several concepts moves no byte more than drawing one, whose prompt is read once more', async () => {
    const found = (await composition(options)) as { concepts: { concepts: number; extraBytes: number }[] };
    expect(found.concepts.map(({ concepts, extraBytes }) => [concepts, extraBytes])).toEqual(
      [0, 1, 2, 4, 7].map((concepts) => [concepts, concepts === 0 ? 0 : bytesOfText]),
    );
  });

  test('finds that a prompt with concepts is read twice for a picture of many steps', async () => {
    const found = (await projection(options)) as { perPicture: { projections: number; steps: number } };
    expect(found.perPicture.projections).toBe(2);
    expect(found.perPicture.steps).toBeGreaterThan(5);
  });

  test('compares pictures of servers that wait together with those of one, and with one after another', async () => {
    const found = (await sharing({ ...options, drawingSteps: 2 })) as { throughput: Record<string, number> };
    expect(Object.keys(found.throughput)).toEqual(['waitingTogether', 'oneAfterAnother']);
    for (const ratio of Object.values(found.throughput)) expect(ratio).toBeGreaterThan(0);
  });

  test('measures what a server keeps of its own', async () => {
    expect(await switching(options)).toMatchObject({ opening: { bytes: expect.any(Number) } });
  });

  test.each([
    ['the token’s own weights, which is one run', training, 1],
    ['whole matrices, which is three', matrixTraining, 3],
  ])('measures a training step to %s, by the picture', async (_, measure, runs) => {
    const run = vi.spyOn(sessions, 'run');
    const found = (await measure(options)) as { seconds: { median: number }; secondsPerPicture: number };
    expect(found.secondsPerPicture).toBe(found.seconds.median / 2);
    expect(run).toHaveBeenCalledTimes(runs * (1 + options.runs));
    run.mockRestore();
  });
});
