import type { Graph, Node } from '../graph.ts';
import type { Links } from '../links.ts';

/** The node that alone reads a value; undefined where several do, or where it is an output of the graph. */
export function soleReader(value: string, { outputs }: Graph, links: Links): Node | undefined {
  const [use, ...others] = links.uses(value);
  return others.length === 0 && outputs.every(({ name }) => name !== value) ? use?.node : undefined;
}
