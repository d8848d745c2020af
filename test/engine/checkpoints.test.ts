import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fileCheckpoints } from '../../src/engine/checkpoints.ts';
import type { TeachTask } from '../../src/engine/protocol.ts';
import { startEngine } from '../../src/engine/supervisor.ts';
import { float32 } from '../../src/onnx/tensor.ts';
import { createRandom } from '../../src/random.ts';
import { unwrap } from '../../src/result.ts';
import { scratchFolder } from '../model-store/sample.ts';
import { noisePictures, tinyFolder } from '../personalize/tiny.ts';

const lesson: TeachTask = {
  kind: 'teach',
  model: tinyFolder,
  method: 'cns',
  concepts: [{ token: '<new1>', path: '/somewhere', sha256: 'a'.repeat(64) }],
  token: '<new2>',
  classWord: 'dog',
  conceptKind: 'subject',
  pictures: noisePictures(2),
  captions: [['a <new2> dog'], ['a <new2> dog in the park']],
  seed: 3,
  steps: 6,
};
const content = {
  tensors: new Map([['weights', float32([3], [1, 2, 3])]]),
  metadata: { step: '4' },
};
const fail = (error: unknown) => {
  throw error;
};

function checkpointsIn(folder: string, task = lesson, model = 'model 1', now = () => 0) {
  return fileCheckpoints({ path: join(folder, 'jobs', 'one'), seconds: 5 }, model, task, fail, now);
}

test('a checkpoint is there for the same lesson, wherever its earlier concepts lie by now', async () => {
  const folder = await scratchFolder();
  expect(await checkpointsIn(folder).load()).toBeUndefined();
  await checkpointsIn(folder).save(content);
  const moved = { ...lesson, concepts: [{ ...lesson.concepts[0]!, path: '/elsewhere' }] };
  const read = await checkpointsIn(folder, moved).load();
  expect(read?.tensors).toEqual(content.tensors);
  expect(read?.metadata.step).toBe('4');
});

test.each<[string, Partial<TeachTask>]>([
  ['seed', { seed: 4 }],
  ['steps', { steps: 7 }],
  ['method', { method: 'c-lora' }],
  ['captions', { captions: [['a <new2> dog'], ['a <new2> dog']] }],
  ['earlier concepts', { concepts: [] }],
  ['pictures', { pictures: noisePictures(2).toReversed() }],
])('another lesson does not go on from it: other %s', async (_, change) => {
  const folder = await scratchFolder();
  await checkpointsIn(folder).save(content);
  expect(await checkpointsIn(folder, { ...lesson, ...change }).load()).toBeUndefined();
  expect(await checkpointsIn(folder, lesson, 'model 2').load()).toBeUndefined();
});

test('one flipped byte anywhere makes it as good as none', async () => {
  const folder = await scratchFolder();
  await checkpointsIn(folder).save(content);
  const path = join(folder, 'jobs', 'one');
  const whole = await readFile(path);
  for (let at = 0; at < whole.length; at++) {
    const damaged = Buffer.from(whole);
    damaged[at]! ^= 1;
    await writeFile(path, damaged);
    expect(await checkpointsIn(folder).load()).toBeUndefined();
  }
});

test('one that cannot be written is told and ends nothing, and is tried again when the next is due', async () => {
  const folder = await scratchFolder();
  await mkdir(join(folder, 'jobs', 'one'), { recursive: true });
  const errors: unknown[] = [];
  let clock = 0;
  const path = join(folder, 'jobs', 'one');
  const checkpoints = fileCheckpoints(
    { path, seconds: 5 },
    'model 1',
    lesson,
    (error) => errors.push(error),
    () => clock,
  );
  expect([checkpoints.due(false), checkpoints.due(true)]).toEqual([false, true]);
  clock = 5000;
  expect(checkpoints.due(false)).toBe(true);
  await checkpoints.save(content);
  expect(errors).toHaveLength(1);
  clock = 9999;
  expect(checkpoints.due(false)).toBe(false);
  clock = 10_000;
  expect(checkpoints.due(false)).toBe(true);
  await rm(path, { recursive: true });
  await checkpoints.save(content);
  expect(errors).toHaveLength(1);
  expect((await checkpoints.load())?.tensors).toEqual(content.tensors);
});

test('a teach whose engine is killed at random moments goes on each time, and ends with the very bits of one that was not', async () => {
  const folder = await scratchFolder();
  const engine = startEngine({
    environment: { PROVIDER: 'cpu', THREADS: '1' },
    log: () => {},
    backOffMilliseconds: () => 0,
    attempts: 10,
  });
  onTestFinished(() => engine.stop());
  const task = { ...lesson, concepts: [] };
  const whole = unwrap(await engine.teach(task));

  const random = createRandom(Date.now());
  const told: string[] = [];
  let [kills, next] = [0, 1 + random.integer(2)];
  const interrupted = await engine.teach(
    { ...task, checkpoint: { path: join(folder, 'one'), seconds: 0 } },
    {
      onProgress({ phase, step }) {
        if (phase === 'restarting' || phase === 'training') told.push(`${phase} ${step}`);
        if (phase !== 'training' || step < next || kills === 2) return;
        kills++;
        next = step + 1 + random.integer(2);
        setTimeout(() => process.kill(engine.pid!, 'SIGKILL'), random.uniform() * 20);
      },
    },
  );
  expect(unwrap(interrupted).concept).toEqual(whole.concept);
  expect(unwrap(interrupted).samples).toEqual(whole.samples);
  const steps = told.filter((line) => line.startsWith('training')).map((line) => Number(line.split(' ')[1]));
  expect(steps, 'no step was told twice, for none was done again').toEqual(
    [...new Set(steps)].sort((a, b) => a - b),
  );
  expect(told.filter((line) => line.startsWith('restarting')).length).toBeGreaterThan(0);
});
