import type { Handlers } from '../../src/engine/task.ts';
import { createHandlers as createFakes } from './fake-handlers.ts';

/** Handlers of an engine process that prints its environment before it begins. */
export function createHandlers(): Handlers {
  process.stderr.write(`${JSON.stringify(process.env)}\n`);
  return createFakes();
}
