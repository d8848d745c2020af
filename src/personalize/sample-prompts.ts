import type { ConceptKind } from '../studio/concept.ts';

/** What a concept is shown with right after it was taught: by itself, and where it was not in its pictures. */
export function samplePrompts(token: string, classWord: string, kind: ConceptKind): readonly string[] {
  const named = `${token} ${classWord}`;
  switch (kind) {
    case 'subject':
      return [
        `a photo of a ${named}`,
        `a ${named} in the park`,
        `a ${named} in the snow`,
        `a ${named} at the beach`,
      ];
    case 'style':
      return ['dog', 'lighthouse', 'horse', 'cat'].map((subject) => `a ${subject} in ${token} style`);
    case 'scene':
      return [
        `a photo of the ${named}`,
        ...['dog', 'horse', 'lighthouse'].map((subject) => `a ${subject} in ${named}`),
      ];
  }
}
