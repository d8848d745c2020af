import type { KeysAndValues } from '../../diffusion/heads.ts';
import { tokenPositions } from '../../diffusion/token-weights.ts';
import type { Encoding } from '../../diffusion/tokenizer.ts';

/**
 * dLoss/dK and dLoss/dV with those of all positions set to zero, in place, but where the token stands and at so many
 * words after it. What is learned then follows from states that no prompt without the token has.
 * @param token its id
 * @param following how many of the words after it: 1 is its class word, or "style"
 */
export function aroundToken(
  token: number,
  following: number,
): (cotangents: KeysAndValues, encodings: readonly Encoding[]) => KeysAndValues {
  const around = new Map([[token, { following, heads: new Map() }]]);
  return (cotangents, encodings) => {
    const kept = tokenPositions(around, encodings);
    for (const { dims, data } of Object.values(cotangents)) {
      const [, tokens = 0, width = 0] = dims;
      const from = ({ text, position }: (typeof kept)[number]) => (text * tokens + position) * width;
      const rows = kept.map((one) => [from(one), data.slice(from(one), from(one) + width)] as const);
      (data as Float32Array).fill(0);
      for (const [at, row] of rows) (data as Float32Array).set(row as Float32Array, at);
    }
    return cotangents;
  };
}
