import { join, relative } from 'node:path';
import type { Graph, Initializer, Node } from './graph.ts';
import { sorted } from './order.ts';
import { prune } from './prune.ts';

/** What {@link connected} makes one graph of. */
export interface Connection {
  readonly name: string;
  /** By the prefix that keeps the names of each apart. All of one operator set; see raise-opset.ts. */
  readonly parts: Readonly<Record<string, Graph>>;
  /** From an input of a part to the value of another that it is fed, both with their prefixes. */
  readonly links: ReadonlyMap<string, string>;
  /** Outputs of the parts that come out, with their prefixes; all else is between the parts, or not computed at all. */
  readonly outputs: readonly string[];
}

/**
 * Several graphs as one, in which what one computes goes into another without leaving the runtime; in a circle too, as long as no
 * value depends on itself. Names get their part's prefix. Throws where the parts are of several operator sets.
 */
export function connected({ name, parts, links, outputs }: Connection): Graph {
  const graphs = Object.entries(parts).map(([prefix, graph]) => prefixed(graph, prefix));
  const [opset = 0, ...others] = new Set(graphs.map((graph) => graph.opset));
  if (others.length > 0) throw new RangeError(`${name} would be of the operator sets ${[opset, ...others]}`);
  const wanted = new Set(outputs);
  const linked = (value: string) => links.get(value) ?? value;
  const whole: Graph = {
    name,
    opset,
    inputs: graphs.flatMap((graph) => graph.inputs.filter((input) => !links.has(input.name))),
    outputs: graphs.flatMap((graph) => graph.outputs.filter((output) => wanted.has(output.name))),
    nodes: graphs.flatMap(({ nodes }) => nodes.map((node) => ({ ...node, inputs: node.inputs.map(linked) }))),
    initializers: new Map(graphs.flatMap(({ initializers }) => [...initializers])),
  };
  return prune(sorted(whole));
}

function prefixed(graph: Graph, prefix: string): Graph {
  const named = (value: string) => (value === '' ? value : prefix + value);
  const renamed = <T extends { readonly name: string }>(one: T): T => ({ ...one, name: named(one.name) });
  const ofNode = (node: Node) => ({
    ...renamed(node),
    inputs: node.inputs.map(named),
    outputs: node.outputs.map(named),
  });
  return {
    ...graph,
    inputs: graph.inputs.map(renamed),
    outputs: graph.outputs.map(renamed),
    nodes: graph.nodes.map(ofNode),
    initializers: new Map(
      Array.from(graph.initializers, ([name, weight]) => [named(name), renamed(weight)] as const),
    ),
  };
}

/** The graph with its external weights found from a folder that the one of their files lies in. */
export function seenFrom(graph: Graph, folder: string, within: string): Graph {
  const path = relative(within, folder);
  const seen = (weight: Initializer): Initializer =>
    'external' in weight
      ? { ...weight, external: { ...weight.external, location: join(path, weight.external.location) } }
      : weight;
  const initializers = new Map(
    Array.from(graph.initializers, ([name, weight]) => [name, seen(weight)] as const),
  );
  return { ...graph, initializers };
}
