import type { Graph, Node } from './graph.ts';

/** One place where a node reads a value. */
export interface Use {
  readonly node: Node;
  readonly index: number;
}

/** Who computes and who reads each value of a graph. */
export interface Links {
  producer(value: string): Node | undefined;
  uses(value: string): readonly Use[];
}

/** The links of a graph as it is now. Graph inputs and weights have no producer. */
export function linksOf(graph: Graph): Links {
  const producers = new Map<string, Node>();
  const readers = new Map<string, Use[]>();
  for (const node of graph.nodes) {
    for (const output of node.outputs) producers.set(output, node);
    for (const [index, input] of node.inputs.entries()) {
      const uses = readers.get(input);
      if (uses) uses.push({ node, index });
      else readers.set(input, [{ node, index }]);
    }
  }
  return { producer: (value) => producers.get(value), uses: (value) => readers.get(value) ?? [] };
}

/** Every use of `value`, and of what the nodes that `passes` accepts make of it; each use once, nearest first. */
export function* usesAhead(links: Links, value: string, passes: (use: Use) => boolean): Generator<Use> {
  const queue = [value];
  const seen = new Set(queue);
  for (const current of queue) {
    for (const use of links.uses(current)) {
      yield use;
      if (!passes(use)) continue;
      for (const output of use.node.outputs) {
        if (!seen.has(output)) queue.push(output);
        seen.add(output);
      }
    }
  }
}

/** The nodes behind `value`: its producer, and on through the inputs of nodes that `passes` accepts; nearest first. */
export function* nodesBehind(links: Links, value: string, passes: (use: Use) => boolean): Generator<Node> {
  const queue = [value];
  const seen = new Set(queue);
  for (const current of queue) {
    const node = links.producer(current);
    if (node === undefined) continue;
    yield node;
    for (const [index, input] of node.inputs.entries()) {
      if (seen.has(input) || !passes({ node, index })) continue;
      seen.add(input);
      queue.push(input);
    }
  }
}
