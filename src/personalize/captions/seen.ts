import type { ConceptKind } from '../../concept.ts';

/** What a picture shows besides what is taught, in words. */
export interface Seen {
  /** Who wears or holds the thing, stands in the scene, or is drawn in the style: "yellow cat". */
  readonly companion?: string;
  /** Where it is: "in the snow". */
  readonly place?: string;
}

/** Things that one sees on someone, and things that one sees with someone. */
const worn =
  'hat cap beanie helmet crown scarf tie shirt sweater jacket coat dress glasses sunglasses mask necklace collar backpack shoes boots'.split(
    ' ',
  );
const held = 'ball toy bag basket umbrella book cup mug bottle flower guitar phone'.split(' ');

/** How whoever wears or holds such a thing is tied to it; undefined for things that stand for themselves. */
export function tieTo(classWord: string): 'wearing' | 'with' | undefined {
  const noun = classWord.toLowerCase().split(' ').at(-1) as string;
  if (worn.includes(noun)) return 'wearing';
  return held.includes(noun) ? 'with' : undefined;
}

/**
 * A picture in a phrase: "a yellow cat wearing a hat in the snow", "a yellow cat in the park", "a cat in pencil style".
 * @param thing a thing without its article, a scene as it follows "in", or a style's name
 * @param tie how a companion is tied to a thing
 */
export function phraseOf(
  kind: ConceptKind,
  thing: string,
  { companion, place }: Seen,
  tie: 'wearing' | 'with' = 'with',
  article: (noun: string) => string = indefinite,
): string {
  const whom = companion && indefinite(companion);
  switch (kind) {
    case 'subject':
      return join(whom && `${whom} ${tie}`, article(thing), place);
    case 'scene':
      return whom ? `${whom} in ${thing}` : thing;
    case 'style':
      return `${whom ?? 'a drawing'} in ${thing} style`;
  }
}

/** "a dog", "an orange dog". */
export function indefinite(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}

function join(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ');
}
