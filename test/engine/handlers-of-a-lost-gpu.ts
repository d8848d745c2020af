import { runtimeFromEnvironment } from '../../src/runtime/environment.ts';
import { createHandlers as fakes } from './fake-handlers.ts';

/** Handlers that say of the first process of an engine that it is on a GPU, and open what there really is in those after it. */
export async function createHandlers(onGpu: () => void) {
  if (process.env.CPU_INSTEAD === undefined) onGpu();
  else await runtimeFromEnvironment({ ...process.env, PROVIDER: 'auto' });
  return fakes();
}
