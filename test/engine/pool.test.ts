import { expect, test } from 'vitest';
import { poolOf } from '../../src/engine/pool.ts';
import type { Engine, ImagineOutcome } from '../../src/engine/protocol.ts';
import { type Result, success } from '../../src/result.ts';

/** An engine whose pictures are drawn when the test says so. */
function slow() {
  const waiting: (() => void)[] = [];
  let stopped = false;
  const engine = {
    imagine: () =>
      new Promise<Result<ImagineOutcome>>((resolve) => {
        waiting.push(() => resolve(success({ images: [], seconds: 0 })));
      }),
    async stop() {
      stopped = true;
    },
  } as unknown as Engine;
  return { engine, waiting, stopped: () => stopped };
}

const task = {} as Parameters<Engine['imagine']>[0];

test('a task goes to the engine with the fewest, and an engine that is done takes the next', async () => {
  const [a, b] = [slow(), slow()];
  const pool = poolOf([a.engine, b.engine]);
  const tasks = [pool.imagine(task), pool.imagine(task), pool.imagine(task)];
  expect([a.waiting.length, b.waiting.length]).toEqual([2, 1]);
  b.waiting.shift()?.();
  await tasks[1];
  tasks.push(pool.imagine(task));
  expect([a.waiting.length, b.waiting.length]).toEqual([2, 1]);
  for (const done of [...a.waiting, ...b.waiting]) done();
  await Promise.all(tasks);
});

test('an engine that takes no tasks gets none while another does', async () => {
  const [down, b] = [slow(), slow()];
  const pool = poolOf([{ ...down.engine, ready: false }, b.engine]);
  const tasks = [pool.imagine(task), pool.imagine(task), pool.imagine(task)];
  expect([down.waiting.length, b.waiting.length]).toEqual([0, 3]);
  for (const done of b.waiting) done();
  await Promise.all(tasks);
  void poolOf([{ ...down.engine, ready: false }]).imagine(task);
  expect(down.waiting.length).toBe(1);
});

test('an engine whose task failed is not taken for busy', async () => {
  const failing = { imagine: () => Promise.reject(new Error('gone')) } as unknown as Engine;
  const other = slow();
  const pool = poolOf([failing, other.engine]);
  await expect(pool.imagine(task)).rejects.toThrow('gone');
  await expect(pool.imagine(task)).rejects.toThrow('gone');
  expect(other.waiting.length).toBe(0);
});

test('all engines are stopped together', async () => {
  const [a, b] = [slow(), slow()];
  await poolOf([a.engine, b.engine]).stop();
  expect([a.stopped(), b.stopped()]).toEqual([true, true]);
});
