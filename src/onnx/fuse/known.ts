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
