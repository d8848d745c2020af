import type { Node } from '../graph.ts';
import { type Links, nodesBehind, type Use, usesAhead } from '../links.ts';

/** What a projection is to an attention. `weights` names the value of its softmax, the same for its key and its value. */
export interface AttentionRole {
  readonly kind: 'key' | 'value';
  readonly weights: string;
  /** Where the attention's result comes out. */
  readonly result: Node;
}

const rearranging = new Set([
  'Reshape',
  'Transpose',
  'Cast',
  'Identity',
  'Squeeze',
  'Unsqueeze',
  'Flatten',
  'Expand',
]);
const scaling = new Set(['Mul', 'Div', 'Add', 'Sub', 'Where']);

/** Operators between a projection and its attention product, and around the softmax. None of them mixes tokens. */
function carries({ node, index }: Use): boolean {
  return rearranging.has(node.op) ? index === 0 : scaling.has(node.op);
}

/**
 * Tells a key from a value by structure: the product of a key goes into a softmax, a value is multiplied by one.
 * `undefined` where the projection's result feeds no attention.
 */
export function attentionRole(links: Links, projected: string): AttentionRole | undefined {
  for (const { node, index } of usesAhead(links, projected, carries)) {
    if (node.op === 'Attention' && (index === 1 || index === 2)) {
      return { kind: index === 1 ? 'key' : 'value', weights: node.outputs[0] ?? '', result: node };
    }
    if (node.op !== 'MatMul') continue;
    const partner = [...nodesBehind(links, node.inputs[1 - index] ?? '', carries)];
    const behind = partner.find(isSoftmax);
    if (behind) return { kind: 'value', weights: behind.outputs[0] ?? '', result: node };
    if (!partner.some(isProjection)) continue;
    const ahead = usesAhead(links, node.outputs[0] ?? '', carries).find((use) => isSoftmax(use.node))?.node;
    if (ahead) return { kind: 'key', weights: ahead.outputs[0] ?? '', result: ahead };
  }
  return undefined;
}

function isSoftmax(node: Node): boolean {
  return node.op === 'Softmax';
}

function isProjection(node: Node): boolean {
  return node.op === 'MatMul' || node.op === 'Gemm';
}
