import type { Uniform } from '../random.ts';
import { captionsFor, type Drawing } from '../world/index.ts';

const captionsLookedAt = 3;

/**
 * A caption of a drawing that names much of it, or one as they come: people ask for little, too.
 * @param share how often it is the longest of several, 0 to 1
 */
export function tellingCaption(drawing: Drawing, share: number, random: Uniform): string {
  const looked = random() < share ? captionsLookedAt : 1;
  const captions = Array.from({ length: looked }, () => captionsFor(drawing, random));
  return captions.reduce((longest, other) => (words(other) > words(longest) ? other : longest));
}

function words(text: string): number {
  return text.split(' ').length;
}
