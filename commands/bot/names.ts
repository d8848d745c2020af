import type { Concept } from '../../src/concept.ts';

/** A file name that says what is inside, safe on every system: `new3-hat`. */
export function tidyName({ number, classWord }: Concept): string {
  return `new${number}-${tidyWords(classWord)}`;
}

/** Up to 40 letters, digits and hyphens of a text: `a-new1-dog-in-the-park`. */
export function tidyWords(words: string): string {
  const tidy = words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return tidy || 'picture';
}
