import type { Rule } from '../call.ts';
import { operand } from '../call.ts';

/** [batch, positions of q, features of v] */
const multiHeadAttention: Rule = (call) => {
  const [q, v] = [operand(call, 0), operand(call, 2)];
  return [{ type: q.type, dims: q.dims.with(-1, v.dims.at(-1) as number) }];
};

/** The runtime's own operators, as far as graphs here have them; see `src/onnx/fuse`. */
export const fused = {
  'com.microsoft.MultiHeadAttention': multiHeadAttention,
} satisfies Record<string, Rule>;
