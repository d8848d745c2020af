import { elementCodes } from './element-codes.ts';
import type { Attribute, Graph, Initializer, Node, ValueInfo } from './graph.ts';
import { type ModelFile, readInitializer } from './model-file.ts';
import { fromFloat16 } from './shape/evaluate/half.ts';
import { allocate, type Tensor } from './tensor.ts';

/** Whether anything in a graph is of half precision. */
export function hasHalves(graph: Graph): boolean {
  return (
    [...graph.inputs, ...graph.outputs].some(({ type }) => type === 'float16') ||
    [...graph.initializers.values()].some((weight) => typeOf(weight) === 'float16')
  );
}

/**
 * A graph of half precision as one of single precision that computes the same, but for the rounding in between: every
 * half is a float32 too. Weights are read one after another and handed to `keep`, which says what stands for them.
 */
export async function widened(
  model: ModelFile,
  keep: (name: string, weight: Tensor) => Promise<Initializer>,
): Promise<Graph> {
  const { graph } = model;
  const initializers = new Map<string, Initializer>();
  for (const name of graph.initializers.keys())
    initializers.set(name, await keep(name, widenedTensor(await readInitializer(model, name))));
  return {
    ...graph,
    inputs: graph.inputs.map(widenedValue),
    outputs: graph.outputs.map(widenedValue),
    nodes: graph.nodes.map(widenedNode),
    initializers,
  };
}

function typeOf(weight: Initializer) {
  return 'tensor' in weight ? weight.tensor.type : weight.type;
}

function widenedTensor(tensor: Tensor): Tensor {
  if (tensor.type !== 'float16') return tensor;
  const data = allocate('float32', tensor.data.length);
  for (let i = 0; i < data.length; i++) data[i] = fromFloat16(tensor.data[i] as number);
  return { type: 'float32', dims: tensor.dims, data };
}

function widenedValue(value: ValueInfo): ValueInfo {
  return value.type === 'float16' ? { ...value, type: 'float32' } : value;
}

/** Attributes that name an element type: of Cast, and of operators that make values out of nothing. */
const typeAttributes = new Set(['to', 'dtype']);

function widenedNode(node: Node): Node {
  const entries = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => {
    if (attribute.kind === 'tensor') return [name, { kind: 'tensor', value: widenedTensor(attribute.value) }];
    const isHalf =
      attribute.kind === 'int' && typeAttributes.has(name) && attribute.value === elementCodes.float16;
    return [name, isHalf ? { kind: 'int', value: elementCodes.float32 } : attribute];
  });
  return { ...node, attributes: Object.fromEntries(entries) };
}
