import { createGraphBuilder, type GraphBuilder } from '../../onnx/builder.ts';
import type { Graph } from '../../onnx/graph.ts';
import { elementCount, float32 } from '../../onnx/tensor.ts';
import type { Uniform } from '../../random.ts';
import { gaussian } from './random.ts';

/** Trainable weights by name, as diffusers and transformers name them. */
export type Parameters = Map<string, { readonly dims: readonly number[]; readonly data: Float32Array }>;

/** How a weight starts: filled with a number, or normal with a standard deviation. */
export type Initialization = { readonly fill: number } | { readonly deviation: number };

/** A network under construction: its graph, and the weights that its layers asked for. */
export interface Net {
  readonly builder: GraphBuilder;
  readonly parameters: Parameters;
  /** Declares a trainable weight as a graph input and returns its name. */
  parameter(name: string, dims: readonly number[], initialization: Initialization): string;
}

/** The same net, whose weights' names begin with `scope` and a dot: two networks in one may ask for weights of one name. */
export function scoped(net: Net, scope: string): Net {
  return {
    ...net,
    parameter: (name, dims, initialization) => net.parameter(`${scope}.${name}`, dims, initialization),
  };
}

/** @param known weights to continue with instead of fresh ones, where name and shape agree */
export function createNet(name: string, random: Uniform, known: Parameters = new Map()): Net {
  const builder = createGraphBuilder({ name, opset: 17 });
  const parameters: Parameters = new Map();
  return {
    builder,
    parameters,
    parameter(parameterName, dims, initialization) {
      if (!parameters.has(parameterName)) {
        const kept = known.get(parameterName);
        const data =
          kept?.dims.join() === dims.join()
            ? kept.data
            : initialize(elementCount(dims), initialization, random);
        parameters.set(parameterName, { dims, data });
        builder.input(parameterName, 'float32', dims);
      }
      return parameterName;
    },
  };
}

function initialize(length: number, initialization: Initialization, random: Uniform): Float32Array {
  if ('fill' in initialization) return new Float32Array(length).fill(initialization.fill);
  return Float32Array.from({ length }, () => gaussian(random) * initialization.deviation);
}

/** Turns the trained weights from inputs into initializers: the form in which a model is shipped. */
export function bindParameters(graph: Graph, parameters: Parameters): Graph {
  const initializers = new Map(graph.initializers);
  for (const { name } of graph.inputs) {
    const parameter = parameters.get(name);
    if (parameter !== undefined)
      initializers.set(name, { name, tensor: float32(parameter.dims, parameter.data) });
  }
  return { ...graph, initializers, inputs: graph.inputs.filter((input) => !parameters.has(input.name)) };
}
