import { raise } from '../../result.ts';
import { floatAttribute, type Graph, intAttribute, type Node } from '../graph.ts';
import { type Links, usesAhead } from '../links.ts';
import { type AttentionRole, attentionRole } from './attention.ts';
import { isCopy, type WeightMatrix, weightMatrix } from './weight.ts';

/** A projection of the text states into an attention. */
export interface Projection {
  readonly product: Node;
  readonly matrix: WeightMatrix;
  readonly role: AttentionRole;
}

/**
 * The products of the text states with the key and value matrices, in graph order, one of each kind an attention.
 * Raises `invalid-model` where there are none, `unsupported-operator` where an attention takes only one of the two.
 */
export function projectionsOf(graph: Graph, links: Links, states: string): readonly Projection[] {
  const found = new Map<Node, Projection>();
  for (const { node: product, index } of usesAhead(
    links,
    states,
    ({ node }) => isCopy(node) || flattens(node),
  )) {
    if (index !== 0 || !isPlainProduct(product)) continue;
    const matrix = weightMatrix(graph, links, product);
    const role = matrix && attentionRole(links, product.outputs[0] ?? '');
    if (matrix && role) found.set(product, { product, matrix, role });
  }
  const projections = graph.nodes.flatMap((node) => found.get(node) ?? []);
  if (projections.length === 0) {
    raise('invalid-model', `No attention in this U-Net takes its keys and values from "${states}".`);
  }
  requirePairs(projections);
  return projections;
}

function flattens(node: Node): boolean {
  return node.op === 'Reshape' || node.op === 'Flatten';
}

function isPlainProduct(node: Node): boolean {
  if (node.op === 'MatMul') return true;
  return (
    node.op === 'Gemm' && intAttribute(node, 'transA', 0) === 0 && floatAttribute(node, 'alpha', 1) === 1
  );
}

function requirePairs(projections: readonly Projection[]): void {
  const attentions = Map.groupBy(projections, ({ role }) => role.weights);
  for (const [weights, members] of attentions) {
    const kinds = members.map(({ role }) => role.kind).toSorted();
    if (kinds.length === 2 && kinds[0] !== kinds[1]) continue;
    raise(
      'unsupported-operator',
      `The model cannot be cut: its attention "${weights}" takes ${kinds.join(' and ')} from the text, not one key and one value.`,
    );
  }
}
