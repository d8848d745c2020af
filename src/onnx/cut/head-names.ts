import type { Graph, Node } from '../graph.ts';
import { type Links, nodesBehind, usesAhead } from '../links.ts';
import type { Projection } from './projections.ts';

/**
 * The diffusers module path of each projection. Exporters put it into names of nodes, values or weights; where a folded
 * weight lost it, the output projection of the same attention still has it. Names that say nothing are counted, in the
 * order in which a picture goes through the attentions.
 */
export function headNames(
  { nodes }: Pick<Graph, 'nodes'>,
  links: Links,
  projections: readonly Projection[],
): readonly string[] {
  const attentions = new Map<string, string>();
  const used = new Set<string>();
  const places = new Map(nodes.map((node, place) => [node, place]));
  const placeOf = ({ role }: Projection) => places.get(links.producer(role.weights) as Node) as number;
  for (const { role } of projections.toSorted((a, b) => placeOf(a) - placeOf(b))) {
    if (attentions.has(role.weights)) continue;
    const members = projections.filter((other) => other.role.weights === role.weights);
    const path = modulePath(links, members);
    const name = path !== undefined && !used.has(path) ? path : `cross_attentions.${attentions.size}`;
    used.add(name);
    attentions.set(role.weights, name);
  }
  return projections.map(
    ({ role }) => `${attentions.get(role.weights)}.${role.kind === 'key' ? 'to_k' : 'to_v'}`,
  );
}

const projectionPath = /((?:down_blocks|mid_block|up_blocks)\..+?)\.(?:to_k|to_v|to_q|to_out)\b/;

function modulePath(links: Links, members: readonly Projection[]): string | undefined {
  const products = members.flatMap(({ product }) => [product.name, ...product.outputs]);
  const weights = members.flatMap(({ product, matrix }) => [
    ...[...nodesBehind(links, product.inputs[1] ?? '', () => true)].flatMap((node) => [
      node.name,
      ...node.inputs,
    ]),
    matrix.initializer,
  ]);
  const output = members.flatMap(({ role }) =>
    role.kind === 'value' ? outputProjection(links, role.result) : [],
  );
  for (const name of [...products, ...weights, ...output]) {
    const path = projectionPath.exec(name.replaceAll('/', '.'))?.[1];
    if (path !== undefined) return path;
  }
  return undefined;
}

const towardsOutput = new Set(['Reshape', 'Transpose', 'Cast', 'Identity', 'MatMul', 'Gemm', 'Add']);

/** Names around an attention's `to_out`: those of the first product of its result and of the bias added to that. */
function outputProjection(links: Links, result: Node): readonly string[] {
  const names: string[] = [];
  for (const { node } of usesAhead(links, result.outputs[0] ?? '', ({ node }) =>
    towardsOutput.has(node.op),
  )) {
    names.push(node.name, ...node.inputs);
    if (node.op === 'Add' || node.op === 'Gemm') break;
  }
  return names;
}
