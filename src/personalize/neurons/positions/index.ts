import type { Encoding } from '../../../diffusion/tokenizer.ts';
import { all } from './all.ts';
import { words } from './words.ts';

/** Which of a caption's positions its norms run over: from the first to before the second. */
export type Positions = (encoding: Encoding) => readonly [from: number, to: number];

export const positions = { words, all } satisfies Record<string, Positions>;
export type PositionsName = keyof typeof positions;
