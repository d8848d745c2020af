import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ImagineTask } from '../../src/engine/protocol.ts';
import { whileSound } from '../../src/engine/sound.ts';
import { startEngine } from '../../src/engine/supervisor.ts';
import { unwrap } from '../../src/result.ts';
import { scratchFolder } from '../model-store/sample.ts';
import { createHandlers } from './fake-handlers.ts';
import { plainContext } from './plain-context.ts';

const drawing = (prompt: string): ImagineTask => ({
  kind: 'imagine',
  model: 'm',
  concepts: [],
  prompt,
  negativePrompt: '',
  count: 1,
  seed: 1,
  steps: 1,
  guidanceScale: 5,
});

test('an engine that can compute nothing any more ends with the first error, and its jobs are answered only when none starts', async () => {
  const lines: string[] = [];
  const engine = startEngine({
    handlers: new URL('./handlers-of-a-sick-gpu.ts', import.meta.url),
    environment: { LOST_GPU: join(await scratchFolder(), 'lost') },
    log: (line) => lines.push(line),
    backOffMilliseconds: () => 0,
  });
  onTestFinished(() => engine.stop());
  unwrap(await engine.imagine(drawing('x')));
  expect(await engine.imagine(drawing('throw'))).toMatchObject({
    problem: { code: 'engine-down', message: expect.stringContaining('does not start') },
  });
  expect(engine.ready).toBe(false);
  expect(lines.join('\n')).toContain('nothing can be computed any more: no context. TypeError');
  expect(lines.join('\n')).not.toContain('secret');
});

test.each([
  ['where there are others', true],
  ['but where there are none', false],
])('an engine whose GPU is gone takes no jobs on the CPU in its place %s', async (_, hasOthers) => {
  const lines: string[] = [];
  const engine = startEngine({
    handlers: new URL('./handlers-of-a-lost-gpu.ts', import.meta.url),
    environment: { CUDA_VISIBLE_DEVICES: '' },
    hasOthers,
    log: (line) => lines.push(line),
    backOffMilliseconds: () => 0,
  });
  onTestFinished(() => engine.stop());
  unwrap(await engine.imagine(drawing('x')));
  expect(await engine.imagine(drawing('exit'))).toMatchObject({ problem: { code: 'engine-down' } });
  await expect.poll(() => engine.ready).toBe(!hasOthers);
  const isTold = lines.join('\n').includes('The GPU that was there does not answer any more:');
  expect(isTold).toBe(hasOthers);
});

test('an engine goes on where a job alone is at fault', async () => {
  const reasons: string[] = [];
  const handlers = whileSound(
    createHandlers(),
    async () => undefined,
    (why) => reasons.push(why),
  );
  const context = plainContext(() => {});
  await expect(handlers.imagine(drawing('throw'), context)).rejects.toThrow(TypeError);
  await expect(handlers.imagine(drawing('raise'), context)).rejects.toThrow('no model');
  expect(reasons).toEqual([]);
});
