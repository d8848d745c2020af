import { elementCodes } from './element-codes.ts';
import type { Attribute, Graph, Initializer, Node, ValueInfo } from './graph.ts';
import { type ModelFile, readInitializer } from './model-file.ts';
import { fromFloat16 } from './shape/evaluate/half.ts';
import { allocate, type ElementType, type Tensor } from './tensor.ts';

/** Whether anything in a graph is of half precision. */
export function hasHalves(graph: Graph): boolean {
  return (
    [...graph.inputs, ...graph.outputs].some(({ type }) => type === 'float16') ||
    [...graph.initializers.values()].some((weight) => typeOf(weight) === 'float16')
  );
}

/**
 * A graph of half precision as one of single precision that computes the same, but for the rounding in between: every
 * half is a float32 too. What it computes in double precision, as PyTorch exports a LayerNorm of halves, so that no square overflows,
 * is single as well. Weights are read one after another and handed to `keep`, which says what stands for them.
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
  const { type, dims, data: given } = tensor;
  if (!isOther(type)) return tensor;
  const data = allocate('float32', given.length);
  for (let i = 0; i < data.length; i++)
    data[i] = type === 'float16' ? fromFloat16(given[i] as number) : (given[i] as number);
  return { type: 'float32', dims, data };
}

function widenedValue(value: ValueInfo): ValueInfo {
  return isOther(value.type) ? { ...value, type: 'float32' } : value;
}

/** Whether numbers are of another precision than single. */
function isOther(type: ElementType): type is (typeof others)[number] {
  return others.some((other) => other === type);
}

const others = ['float16', 'float64'] as const;
const otherCodes: readonly number[] = others.map((type) => elementCodes[type]);

/** Attributes that name an element type: of Cast, and of operators that make values out of nothing. */
const typeAttributes = new Set(['to', 'dtype']);

function widenedNode(node: Node): Node {
  const entries = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => {
    if (attribute.kind === 'tensor') return [name, { kind: 'tensor', value: widenedTensor(attribute.value) }];
    const namesOther =
      attribute.kind === 'int' && typeAttributes.has(name) && otherCodes.includes(attribute.value);
    return [name, namesOther ? { kind: 'int', value: elementCodes.float32 } : attribute];
  });
  return { ...node, attributes: Object.fromEntries(entries) };
}
