import type { Encoding } from '../../../diffusion/tokenizer.ts';
import type { Positions, Span } from '../positions.ts';
import { all } from './all.ts';
import { token } from './token.ts';
import { words } from './words.ts';

export const positions = { words, all, token } satisfies Record<string, Positions>;
export type PositionsName = keyof typeof positions;

/** The positions that a name stands for, for the concept whose token has the id. */
export function positionsOf(name: PositionsName, token: number): (encoding: Encoding) => Span {
  return (encoding) => positions[name](encoding, token);
}
