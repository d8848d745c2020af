import { mkdir, mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readCheckpoint } from '../../src/pretrain/checkpoint.ts';
import type { Parameters } from '../../src/pretrain/nets/net.ts';
import { runStage, type Stage, type StageProgress } from '../../src/pretrain/stage.ts';
import type { Uniform } from '../../src/random.ts';
import { lineBatch, lineNet } from './line.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepsake-stage-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

function stageOf(changes: Partial<Stage> = {}): Stage {
  return {
    name: 'line',
    steps: 60,
    learningRate: 0.05,
    averageDecay: 0.9,
    weightDecay: 0.01,
    seed: 7,
    sheetEverySteps: 1000,
    parts: 1,
    net: (random, known) => lineNet(random, known),
    batch: async (random) => lineBatch(random),
    sheet: async () => Uint8Array.of(1, 2, 3),
    ...changes,
  };
}

const run = (
  stage: Stage,
  onProgress: (progress: StageProgress) => void = () => {},
  signal = new AbortController().signal,
) => runStage(stage, { folder, signal, onProgress });

const fileOf = (name: string) => join(folder, `${name}.safetensors`);
const stateOf = (name: string) => readCheckpoint(fileOf(name));

/** The line with one weight more, which counts for nothing. */
function widerNet(random: Uniform, known: Parameters | undefined) {
  const net = lineNet(random, known);
  net.parameter('v', [1], { fill: 0 });
  return net;
}

/** A batch that no update follows from at the tenth step. */
function brokenAt(step: number, random: Uniform) {
  const batch = lineBatch(random);
  if (step === 10) batch.y.data.fill(Number.NaN);
  return batch;
}

test('a run that died goes on from its checkpoint to the same bits and the same curve as one that did not', async () => {
  let whole = 0;
  await run(stageOf({ name: 'whole', batch: async (random) => brokenAt(++whole, random) }));
  let minutes = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => minutes * 60_000);
  let step = 0;
  const dying = stageOf({
    async batch(random) {
      step++;
      if (step === 33) minutes += 3;
      if (step === 41) throw new Error('power cut');
      return brokenAt(step, random);
    },
  });
  await expect(run(dying)).rejects.toThrow('power cut');
  expect((await stateOf('line'))?.steps).toBe(33);
  await run(dying);
  expect(step).toBe(41 + 60 - 33);
  expect(await stateOf('line')).toEqual(await stateOf('whole'));
});

test('a run that is stopped keeps its last step, and goes on to the same bits as one that is not', async () => {
  await run(stageOf({ name: 'whole' }));
  const stopping = new AbortController();
  const stopped = run(stageOf(), ({ step }) => step === 33 && stopping.abort(), stopping.signal);
  await expect(stopped).rejects.toMatchObject({ problem: { code: 'cancelled' } });
  expect((await stateOf('line'))?.steps).toBe(33);
  await run(stageOf());
  expect(await stateOf('line')).toEqual(await stateOf('whole'));
});

test('a run that dies leaves no thread behind', async () => {
  const ended = vi.spyOn(Worker.prototype, 'terminate');
  const dying = stageOf({
    parts: 2,
    net: (random, known) => lineNet(random, known, 4),
    batch: () => Promise.reject(new Error('power cut')),
  });
  await expect(run(dying)).rejects.toThrow('power cut');
  expect(ended).toHaveBeenCalledTimes(1);
});

test.each<[string, Partial<Stage>]>([
  ['another seed', { seed: 8 }],
  ['60 steps, which is more than 40', { steps: 40 }],
  ['a network of another shape', { net: (random, known) => widerNet(random, known) }],
])('a checkpoint of a run with %s is not gone on from, and stays', async (what, changes) => {
  await run(stageOf());
  const before = await stateOf('line');
  const refused = { problem: { code: 'invalid-option', message: expect.stringContaining(what) } };
  await expect(run(stageOf(changes))).rejects.toMatchObject(refused);
  expect(await stateOf('line')).toEqual(before);
});

test('a checkpoint that is damaged, or there and not to be read, is told of and not written over', async () => {
  await run(stageOf());
  await truncate(fileOf('line'), 100);
  const damaged = { code: 'storage-corrupt', message: expect.stringContaining(fileOf('line')) };
  await expect(run(stageOf())).rejects.toMatchObject({ problem: damaged });
  await mkdir(fileOf('folder'));
  await expect(run(stageOf({ name: 'folder', batch: vi.fn() }))).rejects.toThrow('EISDIR');
});

test('a run that ended is not run again', async () => {
  const first = await run(stageOf());
  const batch = vi.fn();
  const again = await run(stageOf({ batch }));
  expect(batch).not.toHaveBeenCalled();
  expect(again.trainer.average).toEqual(first.trainer.average);
  expect(again.losses).toEqual(first.losses);
});

test('the same seed gives the same weights, another seed others', async () => {
  const weights = async (name: string, seed: number) =>
    (await run(stageOf({ name, seed, steps: 5 }))).trainer.parameters.get('w')?.data;
  expect(await weights('b', 1)).toEqual(await weights('a', 1));
  expect(await weights('c', 2)).not.toEqual(await weights('a', 1));
});

test('losses are means of blocks of steps, and progress counts up to the end', async () => {
  const progress: StageProgress[] = [];
  const { losses } = await run(stageOf(), (told) => progress.push(told));
  expect(losses).toHaveLength(2);
  expect(losses[1]).toBeLessThan(losses[0] ?? 0);
  expect(progress.map(({ step }) => step)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
  expect(progress.at(-1)).toMatchObject({ stage: 'line', steps: 60, secondsLeft: 0, loss: losses[1] });
});

test('sheets are written on the way, and no half-written file is left', async () => {
  await run(stageOf({ sheetEverySteps: 20 }));
  expect((await readdir(folder)).toSorted()).toEqual([
    'line-20.png',
    'line-40.png',
    'line-60.png',
    'line.safetensors',
  ]);
  expect([...(await readFile(join(folder, 'line-40.png')))]).toEqual([1, 2, 3]);
});

test('no checkpoint is no error', async () => {
  expect(await readCheckpoint(join(folder, 'none'))).toBeUndefined();
});
