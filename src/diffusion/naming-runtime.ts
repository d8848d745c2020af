import { basename, dirname, join } from 'node:path';
import type { Graph } from '../onnx/graph.ts';
import { readModelFile } from '../onnx/model-file.ts';
import { specialize } from '../onnx/shape/specialize.ts';
import { ProblemError, raise } from '../result.ts';
import { withoutCudaKernel } from '../runtime/cuda-kernels.ts';
import type { OpenOptions, Runtime } from '../runtime/runtime.ts';

const longestReason = 300;

/** What ONNX Runtime says where a strict session would leave something to the CPU; it does not say what. */
const leftToCpu = 'fallback to CPU EP has been explicitly disabled';

/**
 * The runtime for the graphs of one file of a model: what it cannot open is 'invalid-model', with the file and the first
 * line of the runtime's reason. That line names files, operators and weights, and nothing that people typed. What a GPU cannot
 * compute where all has to be computed there is 'unsupported-operator', with the operators that are known to lack a kernel.
 */
export function namingRuntime(runtime: Runtime, path: string): Runtime {
  return {
    ...runtime,
    async open(model, options) {
      try {
        return await runtime.open(model, options);
      } catch (error) {
        if (!(error instanceof Error) || error instanceof ProblemError) throw error;
        if (!error.message.includes(leftToCpu)) return refuse(path, error);
        const graph = 'path' in model ? (await readModelFile(model.path)).graph : model;
        return refuseFallback(path, operatorsLeft(graph, options?.prepare));
      }
    },
  };
}

function refuse(path: string, error: Error): never {
  const [line = ''] = error.message.split('\n');
  return raise(
    'invalid-model',
    `The runtime cannot open "${path}": ${line.slice(0, longestReason)} Download the model again, or use another one.`,
  );
}

function refuseFallback(path: string, operators: readonly string[]): never {
  const file = join(basename(dirname(path)), basename(path));
  const which = operators.length === 0 ? '' : ` (${operators.join(', ')})`;
  return raise(
    'unsupported-operator',
    `With PROVIDER=cuda a model is computed on the GPU throughout, and the runtime has no CUDA kernel for a part of ${file}${which}. Set PROVIDER=auto, which leaves that part to the CPU, or use another export.`,
  );
}

/** Shapes are computed before a GPU's session opens, where they are known. */
function operatorsLeft(graph: Graph, prepare: OpenOptions['prepare']): readonly string[] {
  return withoutCudaKernel(prepare === undefined ? graph : specialize(graph, prepare).graph);
}
