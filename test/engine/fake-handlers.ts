import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ImagineTask, Progress, TeachTask } from '../../src/engine/protocol.ts';
import type { Handlers, TaskContext } from '../../src/engine/task.ts';
import { raise } from '../../src/result.ts';

const black = { width: 1, height: 1, rgb: new Uint8Array(3) };

/** A lesson whose process ends after every few steps, before or after it has written how far it is, as the class word says. */
async function frailWalk(
  { classWord, checkpoint, steps = 1 }: TeachTask,
  context: TaskContext,
): Promise<void> {
  const { path } = checkpoint!;
  const from = Number(await readFile(path, 'utf8').catch(() => 0));
  for (let step = from + 1; step <= steps; step++) {
    await context.step('training', () => context.onProgress({ phase: 'training', step, steps }));
    if (step - from < 4) continue;
    if (classWord === 'frail') await writeFile(path, `${step}`);
    // What was told has to be on its way.
    await delay(50);
    process.exit(3);
  }
}

async function walk(phase: 'drawing' | 'training', steps: number, context: TaskContext): Promise<void> {
  for (let step = 1; step <= steps; step++) {
    await context.step(phase, () => context.onProgress({ phase, step, steps } satisfies Progress));
  }
}

/** Ways to end badly, chosen by the prompt. */
const endings: Record<string, () => unknown> = {
  raise: () => raise('invalid-model', 'the model is no model'),
  throw: () => {
    throw new TypeError('the user wrote: secret words');
  },
  'throw later': () =>
    setImmediate(() => {
      throw new TypeError('the user wrote: secret words');
    }),
  exit: () => process.exit(3),
};

/** Handlers that walk as many steps as they are asked to. */
export function createHandlers(): Handlers {
  return {
    async teach(task: TeachTask, context) {
      if (task.checkpoint) await frailWalk(task, context);
      else await walk('training', task.classWord === 'endless' ? 1e12 : (task.steps ?? 1), context);
      const steps = task.steps ?? 1;
      const numbers = {
        neurons: 1,
        share: 0.1,
        overlap: 0.2,
        seconds: 1,
        steps,
        captions: [],
        captionsLeftOut: 0,
      };
      const bytes = task.pictures[0]?.rgb ?? new Uint8Array();
      return { ...numbers, concept: bytes, lossFirst: 2, lossLast: 1, samples: task.pictures };
    },
    async imagine(task: ImagineTask, context) {
      await walk('drawing', task.steps, context);
      endings[task.prompt]?.();
      if (task.prompt.endsWith('later')) await new Promise(() => {});
      return { images: Array.from({ length: task.count }, () => black), seconds: process.pid };
    },
    async describe({ model }) {
      return { id: model, pixels: { width: 64, height: 64 }, parameters: 2 };
    },
    async adopt({ token }) {
      const said = { method: 'cns', token, classWord: 'dog', kind: 'subject' as const };
      const concept = new Uint8Array();
      return { ...said, concept, neurons: 1, share: 0.1, seconds: 1, samples: [black], notes: [] };
    },
    async convert() {
      return { files: [], notes: [] };
    },
    async check() {
      return { method: 'cns', token: '<new1>', classWord: 'dog', kind: 'subject' };
    },
  };
}
