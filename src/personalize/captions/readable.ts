import type { Tokenizer } from '../../diffusion/tokenizer.ts';
import { positionOf } from '../text-rows.ts';
import type { CaptionRequest } from './captioner.ts';
import { templates } from './template.ts';

export interface ReadableCaptions {
  /** For each picture, at least one. */
  readonly captions: readonly (readonly string[])[];
  /** How many different captions were left out. */
  readonly leftOut: number;
}

type Named = Pick<CaptionRequest, 'token' | 'classWord' | 'kind'>;

/**
 * The captions that the text encoder reads as far as their token: what comes after its last position is cut, and a
 * caption without its token would be trained on as if the picture were of anything. A picture that is left with
 * none gets the short ones of the templates.
 */
export function readableCaptions(
  base: Tokenizer,
  named: Named,
  captions: readonly (readonly string[])[],
): ReadableCaptions {
  const kept = captions.map((list) => readableOf(base, named.token, list));
  const short = templates(named);
  return {
    captions: kept.map((list) => (list.length > 0 ? list : short)),
    leftOut: new Set(captions.flat()).size - new Set(kept.flat()).size,
  };
}

/** Those of the captions that the text encoder reads as far as their token. */
export function readableOf(base: Tokenizer, token: string, captions: readonly string[]): readonly string[] {
  const tokenizer = base.copy();
  const id = tokenizer.addToken(token);
  return captions.filter((caption) => readsAsFarAs(tokenizer, id, caption));
}

/** Whether the token with this id is among what the text encoder reads of a caption. */
export function readsAsFarAs(tokenizer: Tokenizer, id: number, caption: string): boolean {
  const encoding = tokenizer.encode(caption);
  return positionOf(encoding, id) < encoding.ids.length;
}
