import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import holding from '../../../../bin/support/bench/measures/unet-holding.ts';
import preparation from '../../../../bin/support/bench/measures/unet-preparation.ts';
import { compareSteps } from '../../../../bin/support/bench/steps/compare.ts';
import { startStepper, timeSteppers } from '../../../../bin/support/bench/steps/stepper.ts';
import { openSteps } from '../../../../bin/support/bench/steps/unet.ts';
import { unwrap } from '../../../../src/result.ts';
import type { Runtime } from '../../../../src/runtime/runtime.ts';
import { createRuntime } from '../../../../src/runtime/session.ts';
import { readSettings } from '../../../../src/settings/settings.ts';

const unet = join(import.meta.dirname, '../../../fixtures/tiny-sd/unet');

/** A stand-in that takes `seconds` of its own telling for each step and writes down when it was asked. */
const standIn = (seconds: readonly number[], peakBytes: number) => {
  const program = `
    const seconds = ${JSON.stringify(seconds)};
    const tell = (line) => console.log(JSON.stringify(line));
    tell({ openSeconds: 5 });
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      if (line === 'end') process.exit(0);
      tell({ seconds: seconds.shift(), peakBytes: ${peakBytes} });
    });`;
  return startStepper(process.execPath, ['-e', program], process.env);
};

test('steps of two programs are done in turn, the first of each apart', async () => {
  const order: string[] = [];
  const watched = async (name: string, seconds: readonly number[]) => {
    const stepper = await standIn(seconds, 1000);
    return {
      ...stepper,
      step() {
        order.push(name);
        return stepper.step();
      },
    };
  };
  const [a, b] = await timeSteppers(
    3,
    [() => watched('a', [9, 1, 3, 2]), () => watched('b', [8, 4, 4, 7])],
    0,
  );
  expect(order.join('')).toBe('abababab');
  expect(a).toEqual({
    firstSeconds: 9,
    secondSeconds: 1,
    median: 2,
    least: 1,
    most: 3,
    runs: 3,
    openSeconds: 5,
    peakBytes: 1000,
  });
  expect(b).toMatchObject({ firstSeconds: 8, median: 4, most: 7 });
});

test('a program that is quick does as many steps in its turn as fit', async () => {
  const quick = () => standIn(new Array(2000).fill(1), 1000);
  const [timing] = await timeSteppers(2, [quick], 0.1);
  expect(timing?.runs).toBeGreaterThan(3);
});

test('a program that does not get as far as a step is a problem with its own last words', async () => {
  const failing = startStepper(
    process.execPath,
    ['-e', 'console.error("first"); throw new Error("no module")'],
    {},
  );
  await expect(failing).rejects.toThrow(/ended without a result\. .*(no module|Node\.js)/);
  await expect(startStepper('no-such-program', [], {})).rejects.toThrow(/no-such-program ended/);
});

test('PyTorch does its steps on the GPU of the same number', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-python-'));
  const python = join(folder, 'python');
  const program = `
    console.log(JSON.stringify({ openSeconds: 1, gpu: process.env.CUDA_DEVICE_ORDER + process.env.CUDA_VISIBLE_DEVICES }));
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      if (line === 'end') process.exit(0);
      console.log(JSON.stringify({ seconds: 1, peakBytes: 1 }));
    });`;
  await writeFile(join(folder, 'program.cjs'), program);
  await writeFile(python, `#!/bin/sh\nexec "${process.execPath}" "${join(folder, 'program.cjs')}"\n`);
  await chmod(python, 0o755);
  const root = join(import.meta.dirname, '../../../..');
  const settings = unwrap(readSettings({ PROVIDER: 'cpu', THREADS: '1', GPUS: '3' }, root));
  const { pytorch } = await compareSteps(
    'denoising',
    { unet, batch: 1, side: 16 },
    { runs: 1, settings, python },
  );
  expect(pytorch).toMatchObject({ gpu: 'PCI_BUS_ID3', median: 1 });
  await rm(folder, { recursive: true });
});

test.each([
  ['denoising', 1],
  ['training', 1],
] as const)(
  'a %s step is done on a U-Net alone, in %d run, and what was opened is closed',
  async (kind, runs) => {
    const runtime = createRuntime({ threads: 1 });
    const count = { open: 0, runs: 0 };
    const watched: Runtime = {
      ...runtime,
      async open(...graph) {
        const session = await runtime.open(...graph);
        count.open++;
        return {
          ...session,
          run(...feeds) {
            count.runs++;
            return session.run(...feeds);
          },
          release() {
            count.open--;
            return session.release();
          },
        };
      },
    };
    const { step, release } = await openSteps(watched, kind, { unet, batch: 1, side: 16 });
    await step();
    await release();
    expect(count).toEqual({ open: 0, runs });
  },
);

test('what comes before training is told by its parts, and what a process holds before and after', async () => {
  const options = { model: unet, runs: 1, batch: 1, side: 16 };
  const found = (await preparation(options)) as { seconds: object; nodes: { gradient: number } };
  expect(Object.keys(found.seconds)).toEqual(['parse', 'cut', 'differentiate', 'emit']);
  expect(found.nodes.gradient).toBeGreaterThan(500);
  expect(Object.keys(await holding(options))).toEqual(['before', 'serving', 'servingAndTraining']);
});
