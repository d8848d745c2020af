import { raise } from '../../result.ts';
import type { Graph, Node, Shaped } from '../graph.ts';
import { shapeOfInitializer } from '../graph.ts';
import type { Tensor } from '../tensor.ts';
import { elementCount } from '../tensor.ts';
import { aliasOf } from './alias-of.ts';
import type { Call, Operand } from './call.ts';
import { expandTo } from './evaluate/elements.ts';
import { evaluate } from './evaluate/evaluators.ts';
import { uniformResult } from './evaluate/uniform.ts';
import { infer } from './infer/rules.ts';

/** What one walk over a graph's nodes finds out. */
export interface Findings {
  /** What is known of each value. */
  readonly values: ReadonlyMap<string, Operand>;
  /** For the results of nodes that change nothing, the value they are the same as. */
  readonly aliases: ReadonlyMap<string, string>;
  /** The nodes whose results are not known constants, reading no aliases. */
  readonly nodes: readonly Node[];
}

/** Infers and evaluates the nodes in their order. Values of more than `limit` elements are not evaluated. */
export function walk(graph: Graph, inputs: ReadonlyMap<string, Shaped>, limit: number): Findings {
  const values = new Map<string, Operand>(inputs);
  const aliases = new Map<string, string>();
  const nodes: Node[] = [];
  for (const initializer of graph.initializers.values()) {
    const shape = shapeOfInitializer(initializer);
    const small = 'tensor' in initializer && elementCount(shape.dims) <= limit;
    values.set(initializer.name, small ? { ...shape, tensor: () => initializer.tensor } : shape);
  }
  for (const original of graph.nodes) {
    const node = { ...original, inputs: original.inputs.map((name) => aliases.get(name) ?? name) };
    const call: Call = {
      node,
      opset: graph.opset,
      inputs: node.inputs.map((name) => lookUp(values, node, name)),
    };
    const results = infer(call);
    const same = results[0] && aliasOf(call, results[0]);
    if (same !== undefined) {
      aliases.set(node.outputs[0] as string, same);
      continue;
    }
    const found = know(call, results, limit);
    if (!found.every(({ tensor }) => tensor)) nodes.push(node);
    for (const [index, name] of node.outputs.entries())
      if (name !== '') values.set(name, found[index] as Operand);
  }
  return { values, aliases, nodes };
}

function lookUp(values: ReadonlyMap<string, Operand>, node: Node, name: string): Operand | undefined {
  if (name === '') return undefined;
  const value = values.get(name);
  return (
    value ??
    raise(
      'invalid-model',
      `The node "${node.name}" (${node.op}) reads "${name}", which nothing before it computes.`,
    )
  );
}

function know(call: Call, results: readonly Shaped[], limit: number): readonly Operand[] {
  const [first] = results;
  const uniform = first && uniformResult(call, first);
  if (first && uniform) return [uniformOperand(first, uniform, limit)];
  const computed = results.every(({ dims }) => elementCount(dims) <= limit)
    ? evaluate(call, results)
    : undefined;
  return results.map(({ type, dims }, index) => {
    const tensor = computed?.[index];
    return tensor ? { type, dims, tensor: () => tensor } : { type, dims };
  });
}

/** Its elements are written out only where something asks for them. */
function uniformOperand({ type, dims }: Shaped, uniform: Tensor, limit: number): Operand {
  if (elementCount(dims) > limit) return { type, dims, uniform };
  let tensor: Tensor | undefined;
  return {
    type,
    dims,
    uniform,
    tensor: () => {
      tensor ??= expandTo(uniform, dims);
      return tensor;
    },
  };
}
