import type { Graph } from '../graph.ts';

/** Elements of a weight that is at hand; undefined for any other value. */
export function elementsOf({ initializers }: Graph, name: string): readonly number[] | undefined {
  const weight = initializers.get(name);
  return weight !== undefined && 'tensor' in weight ? Array.from(weight.tensor.data, Number) : undefined;
}

/** The one element of a weight that is at hand and has no more. */
export function numberOf({ initializers }: Graph, name: string): number | undefined {
  const weight = initializers.get(name);
  const isNumber = weight !== undefined && 'tensor' in weight && weight.tensor.data.length === 1;
  return isNumber ? Number(weight.tensor.data[0]) : undefined;
}

/** Whether all elements of a weight that is at hand are the same number. */
export function isFilled(graph: Graph, name: string, value: number): boolean {
  return elementsOf(graph, name)?.every((element) => element === value) ?? false;
}
