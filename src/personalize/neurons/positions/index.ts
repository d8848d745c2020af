import type { Encoding } from '../../../diffusion/tokenizer.ts';
import { all } from './all.ts';
import { token } from './token.ts';
import { words } from './words.ts';

/** From the first position to before the second. */
export type Span = readonly [from: number, to: number];

/**
 * Which of a caption's positions its norms run over.
 * @param token id of the concept's
 */
export type Positions = (encoding: Encoding, token: number) => Span;

export const positions = { words, all, token } satisfies Record<string, Positions>;
export type PositionsName = keyof typeof positions;

/** The positions that a name stands for, for the concept whose token has the id. */
export function positionsOf(name: PositionsName, token: number): (encoding: Encoding) => Span {
  return (encoding) => positions[name](encoding, token);
}
