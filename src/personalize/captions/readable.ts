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
  const tokenizer = base.copy();
  const id = tokenizer.addToken(named.token);
  const isRead = (caption: string) => readsAsFarAs(tokenizer, id, caption);
  const kept = captions.map((list) => list.filter(isRead));
  const short = templates({ ...named, description: '', pictures: [] });
  return {
    captions: kept.map((list) => (list.length > 0 ? list : short)),
    leftOut: new Set(captions.flat().filter((caption) => !isRead(caption))).size,
  };
}

/** Whether the token with this id is among what the text encoder reads of a caption. */
export function readsAsFarAs(tokenizer: Tokenizer, id: number, caption: string): boolean {
  const encoding = tokenizer.encode(caption);
  return positionOf(encoding, id) < encoding.ids.length;
}
