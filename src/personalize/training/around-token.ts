import type { KeysAndValues } from '../../diffusion/text-side.ts';
import type { Encoding } from '../../diffusion/tokenizer.ts';
import { positionOf } from '../text-rows.ts';

/**
 * dLoss/dK and dLoss/dV with those of all positions set to zero, in place, but where the token stands and at so many
 * positions after it. What is learned then follows from states that no prompt without the token has.
 * @param token its id
 * @param following how many of the positions after it: 1 is its class word, or "style"
 */
export function aroundToken(
  token: number,
  following: number,
): (cotangents: KeysAndValues, encodings: readonly Encoding[]) => KeysAndValues {
  return (cotangents, encodings) => {
    for (const { dims, data } of Object.values(cotangents)) {
      const [, tokens = 0, width = 0] = dims;
      for (const [entry, encoding] of encodings.entries()) {
        const own = (data as Float32Array).subarray(entry * tokens * width, (entry + 1) * tokens * width);
        const from = positionOf(encoding, token);
        own.fill(0, 0, from * width);
        own.fill(0, (from + 1 + following) * width);
      }
    }
    return cotangents;
  };
}
