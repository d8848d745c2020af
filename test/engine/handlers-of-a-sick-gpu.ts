import { existsSync, writeFileSync } from 'node:fs';
import { endProcess, whileSound } from '../../src/engine/sound.ts';
import type { Handlers } from '../../src/engine/task.ts';
import { createHandlers as fakes } from './fake-handlers.ts';

/** A file that is there once the GPU is lost. */
const lost = process.env.LOST_GPU ?? '';

/** Handlers on a GPU that is lost with the first error: the next process finds none. */
export function createHandlers(): Handlers {
  if (existsSync(lost)) throw new Error('no GPU');
  const lose = async () => {
    writeFileSync(lost, '');
    return 'no context.';
  };
  return whileSound(fakes(), lose, endProcess);
}
