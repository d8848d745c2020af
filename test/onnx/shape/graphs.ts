import { createGraphBuilder, type GraphBuilder } from '../../../src/onnx/builder.ts';
import type { Graph, ShapedGraph } from '../../../src/onnx/graph.ts';
import type { Tensor } from '../../../src/onnx/tensor.ts';
import { type Problem, ProblemError } from '../../../src/result.ts';

/** What `build` adds to an empty graph. */
export function graphOf(build: (builder: GraphBuilder) => void, opset = 17): Graph {
  const builder = createGraphBuilder({ name: 'sketch', opset });
  build(builder);
  return builder.build();
}

/** What an action is refused for; undefined where it is done. */
export function problemOf(action: () => unknown): Problem | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
}

/** A graph's constant by its name. */
export function constantIn({ graph }: ShapedGraph, name: string): Tensor {
  const initializer = graph.initializers.get(name);
  if (initializer === undefined || !('tensor' in initializer)) throw new Error(`${name} is no constant`);
  return initializer.tensor;
}
