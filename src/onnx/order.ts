import { raise } from '../result.ts';
import type { Graph, Node } from './graph.ts';

/**
 * The nodes in an order in which every value is computed before it is used; nodes already in such an order keep it.
 * Raises `invalid-model` where a value has two sources, or none, or depends on itself.
 */
export function inTopologicalOrder(nodes: readonly Node[], given: Iterable<string>): readonly Node[] {
  const known = new Set(given).add('');
  const producers = producersOf(nodes, known);
  const ordered: Node[] = [];
  const open = new Set<Node>();
  const done = new Set<Node>();
  for (const root of nodes) {
    const stack = [root];
    while (stack.length > 0) {
      const node = stack.at(-1) as Node;
      const waiting = done.has(node) ? [] : node.inputs.filter((input) => !known.has(input));
      if (waiting.length === 0) {
        stack.pop();
        open.delete(node);
        if (!done.has(node)) ordered.push(node);
        done.add(node);
        for (const output of node.outputs) known.add(output);
        continue;
      }
      if (open.has(node))
        raise('invalid-model', `The model's node ${label(node)} depends on its own result.`);
      open.add(node);
      for (const input of waiting) stack.push(producerOf(input, node));
    }
  }
  return ordered;

  function producerOf(input: string, user: Node): Node {
    const producer = producers.get(input);
    if (producer !== undefined) return producer;
    return raise(
      'invalid-model',
      `The model's node ${label(user)} uses the value "${input}", which nothing computes.`,
    );
  }
}

/** The graph with its nodes in topological order, as after nodes were appended that earlier ones read. */
export function sorted(graph: Graph): Graph {
  const given = [...graph.inputs.map((input) => input.name), ...graph.initializers.keys()];
  return { ...graph, nodes: inTopologicalOrder(graph.nodes, given) };
}

/** The node that computes each value. Raises `invalid-model` where a value has two sources. */
function producersOf(nodes: readonly Node[], given: ReadonlySet<string>): ReadonlyMap<string, Node> {
  const producers = new Map<string, Node>();
  for (const node of nodes) {
    for (const output of node.outputs) {
      if (output === '') continue;
      if (given.has(output) || producers.has(output)) {
        raise('invalid-model', `The model's value "${output}" has more than one source.`);
      }
      producers.set(output, node);
    }
  }
  return producers;
}

function label(node: Node): string {
  return `"${node.name || node.outputs[0]}" (${node.op})`;
}
