import { raise } from '../result.ts';
import type { Runtime } from '../runtime/runtime.ts';

const longestReason = 300;

/**
 * The runtime for the graphs of one file of a model: what it cannot open is 'invalid-model', with the file and the first
 * line of the runtime's reason. That line names files, operators and weights, and nothing that people typed.
 */
export function namingRuntime(runtime: Runtime, path: string): Runtime {
  return {
    ...runtime,
    open: (model, options) => runtime.open(model, options).catch((error: unknown) => refuse(path, error)),
  };
}

function refuse(path: string, error: unknown): never {
  if (!(error instanceof Error)) throw error;
  const [line = ''] = error.message.split('\n');
  return raise(
    'invalid-model',
    `The runtime cannot open "${path}": ${line.slice(0, longestReason)} Download the model again, or use another one.`,
  );
}
