import type { Concept } from '../../src/concept.ts';

/** A file name that says what is inside, safe on every system: `new3-hat`. */
export function tidyName({ number, classWord }: Concept): string {
  return `new${number}-${tidyWords(classWord)}`;
}

/**
 * What a file of an exported concept is called: `new3-hat-lora.safetensors`. Its embedding, which has no part, is
 * `new3-hat.safetensors`, since other programs name it in prompts by its file.
 */
export function fileName(concept: Concept, part: string): string {
  return `${tidyName(concept)}${part === '' ? '' : `-${part}`}.safetensors`;
}

/** Up to 40 letters, digits and hyphens of a text: `a-new1-dog-in-the-park`. */
export function tidyWords(words: string): string {
  const plain = words.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-');
  const tidy = [...plain]
    .slice(0, 40)
    .join('')
    .replace(/^-+|-+$/g, '');
  return tidy || 'picture';
}
