import type { Encoding } from '../../diffusion/tokenizer.ts';

/** From the first position to before the second. */
export type Span = readonly [from: number, to: number];

/**
 * Which of a caption's positions its norms run over.
 * @param token id of the concept's
 */
export type Positions = (encoding: Encoding, token: number) => Span;
