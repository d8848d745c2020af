import type { KeysAndValues } from '../../diffusion/heads.ts';
import { type TextPosition, type TokenWeights, tokenPositions } from '../../diffusion/token-weights.ts';
import type { Encoding } from '../../diffusion/tokenizer.ts';
import type { Examples } from './batches.ts';
import type { LearningToken } from './course.ts';

/**
 * Where a token stands and so many positions after it, in the texts of a batch.
 * @param token its id
 * @param following how many positions after it: 1 is its class word where that is one token, or "style"
 */
function positionsAround(
  token: number,
  following: number,
): (encodings: readonly Encoding[]) => readonly TextPosition[] {
  const around = new Map([[token, { following, heads: new Map() }]]);
  return (encodings) => tokenPositions(around, encodings);
}

/** The token as a course on these examples takes it, where its own weights train. @param own what each token has, this one too */
export function learningToken(
  token: number,
  own: ReadonlyMap<number, TokenWeights>,
  { captions }: Pick<Examples, 'captions'>,
): LearningToken {
  const learning = own.get(token);
  const counts = captions.flat().map((caption) => {
    const positions = tokenPositions(own, [caption]);
    const read = positions.filter(({ weights }) => weights === learning).length;
    return { read, others: positions.length - read };
  });
  return {
    token,
    positions: Math.max(...counts.map(({ read }) => read)),
    others: Math.max(...counts.map(({ others }) => others)),
  };
}

/**
 * dLoss/dK and dLoss/dV with those of all positions set to zero, in place, but those of {@link positionsAround} the token.
 * What is learned then follows from states that no prompt without the token has.
 */
export function aroundToken(
  token: number,
  following: number,
): (cotangents: KeysAndValues, encodings: readonly Encoding[]) => KeysAndValues {
  const around = positionsAround(token, following);
  return (cotangents, encodings) => {
    const kept = around(encodings);
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
