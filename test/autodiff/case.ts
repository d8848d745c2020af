import { createGraphBuilder, int } from '../../src/onnx/builder.ts';
import { type Graph, type Shaped, type ShapedGraph, shapeOfInitializer } from '../../src/onnx/graph.ts';
import { specialize } from '../../src/onnx/shape/specialize.ts';
import { float32, type Tensor } from '../../src/onnx/tensor.ts';
import { type Case, type CaseInput, graphOf } from '../onnx/shape/compare.ts';
import { type Question, smooth } from './differences.ts';

/** One node to differentiate: every float32 input that decides no shape is asked for. */
export interface GradientCase extends Case {
  /** Outputs that the loss depends on; all by default. */
  readonly used?: readonly number[];
}

/** Three inputs of different elements. */
export const a = (...dims: readonly number[]): Tensor => smooth(dims, 1);
export const b = (...dims: readonly number[]): Tensor => smooth(dims, 2);
export const c = (...dims: readonly number[]): Tensor => smooth(dims, 3);
/** Elements in 1.2…2.5. */
export const positive = (...dims: readonly number[]): Tensor =>
  float32(
    dims,
    smooth(dims, 4).data.map((value) => 1.85 + value / 2),
  );
/** Elements of both signs, at least 0.4 from zero. */
export const apart = (...dims: readonly number[]): Tensor =>
  float32(
    dims,
    smooth(dims, 5).data.map((value) => value + 0.4 * (value < 0 ? -1 : 1)),
  );
/** The same input as a weight, so that its elements are known when gradients are emitted. */
export const weight = (tensor: Tensor): CaseInput => ({ ...tensor, fixed: true });

/** The node alone, without the simplifications of {@link specialize}: a rule must hold for any node. */
export function unsimplified(graph: Graph, outputs: ReadonlyMap<string, Shaped>): ShapedGraph {
  const inputs = graph.inputs.map(
    ({ name, type, dims }) => [name, { type, dims: dims.map(Number) }] as const,
  );
  const weights = Array.from(graph.initializers.values(), (initializer) => [
    initializer.name,
    shapeOfInitializer(initializer),
  ]);
  return { graph, values: new Map([...inputs, ...(weights as [string, Shaped][]), ...outputs]) };
}

/** Several outputs are differentiated as one value: their elements, one output after the other. */
function joined(forward: ShapedGraph, names: readonly string[]): ShapedGraph {
  const builder = createGraphBuilder({ name: 'joined', opset: forward.graph.opset, from: forward.graph });
  const values = new Map(forward.values);
  const parts = names.map((name) => {
    const { type, dims } = forward.values.get(name) as Shaped;
    const flat = builder.op('Reshape', [name, builder.ints([-1])]);
    values.set(flat, { type, dims: [dims.reduce((product, size) => product * size, 1)] });
    return flat;
  });
  const length = parts.reduce((sum, part) => sum + (values.get(part)?.dims[0] ?? 0), 0);
  values.set(builder.op('Concat', parts, { axis: int(0) }, 'joined'), { type: 'float32', dims: [length] });
  return { graph: builder.build(), values };
}

export function questionOf(call: GradientCase): Question {
  const graph = graphOf(call, false);
  const outputs = new Map(
    specialize(graph, {}).graph.outputs.map(({ name, type, dims }) => [
      name,
      { type, dims: dims.map(Number) },
    ]),
  );
  const single = unsimplified(graph, outputs);
  const names = (call.used ?? [...outputs.keys()].keys().toArray()).map((index) => `output${index}`);
  const several = outputs.size > 1;
  const entries = call.inputs.flatMap((input, index) =>
    input === null || input.fixed ? [] : [[`input${index}`, input as Tensor] as const],
  );
  return {
    forward: several ? joined(single, names) : single,
    of: several ? 'joined' : 'output0',
    wrt: entries.filter(([, { type }]) => type === 'float32').map(([name]) => name),
    feeds: Object.fromEntries(entries),
  };
}
