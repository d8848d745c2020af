import { type AttributeAccuracy, shareRight } from '../../judges/reader-accuracy.ts';
import type { PairScore } from './nearest.ts';
import type { PromptGroups, PromptScore } from './prompt-scores.ts';
import type { AutoencoderScore } from './signal-to-noise.ts';

/** How often the reader is right, attribute by attribute. */
export interface ReaderScore {
  readonly heldOut: readonly AttributeAccuracy[];
  /** On drawings of what only teaching shows. */
  readonly particulars: readonly AttributeAccuracy[];
}

/** All that is measured of a base model; null is what could not be. */
export interface ModelMeasures {
  readonly autoencoder: AutoencoderScore | null;
  readonly reader: ReaderScore | null;
  readonly prompts: { readonly groups: PromptGroups; readonly each: readonly PromptScore[] } | null;
  readonly pair: PairScore | null;
}

/** The attribute that is read worst, and the share of pictures in which it is right, in percent. */
export function worstRead(accuracies: readonly AttributeAccuracy[]): {
  readonly name: string;
  readonly share: number;
} {
  const shares = accuracies.map(({ name, all }) => ({ name, share: 100 * shareRight(all) }));
  return shares.reduce((worst, one) => (one.share < worst.share ? one : worst));
}
