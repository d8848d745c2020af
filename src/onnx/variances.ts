import type { Graph, Node } from './graph.ts';
import { linksOf } from './links.ts';

/**
 * The nodes that a variance is computed by: a mean of squares, the squares and, where they are of differences, those and the mean
 * that was subtracted. Squares of more than 255 are too large for half precision.
 */
export function variancesOf(graph: Graph): ReadonlySet<Node> {
  const links = linksOf(graph);
  const found = new Set<Node>();
  for (const mean of graph.nodes) {
    const square = links.producer(mean.inputs[0] ?? '');
    if (mean.op !== 'ReduceMean' || square === undefined || !isSquare(square)) continue;
    const difference = links.producer(square.inputs[0] ?? '');
    const subtracted = difference?.op === 'Sub' ? links.producer(difference.inputs[1] ?? '') : undefined;
    for (const node of [mean, square]) found.add(node);
    if (difference?.op === 'Sub') found.add(difference);
    if (subtracted?.op === 'ReduceMean') found.add(subtracted);
  }
  return found;
}

function isSquare({ op, inputs: [left, right] }: Node): boolean {
  return op === 'Pow' || (op === 'Mul' && left === right);
}
