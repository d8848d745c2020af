import type { ConceptKind } from '../concept.ts';

/** How a sample is drawn: the same request draws it again. */
export interface SampleRequest {
  readonly prompt: string;
  readonly seed: number;
  readonly steps: number;
  readonly guidanceScale: number;
}

/** The samples of a concept that was taught with `seed`, the number in its token. */
export function sampleRequests(
  token: string,
  classWord: string,
  kind: ConceptKind,
  seed: number,
): readonly SampleRequest[] {
  const prompts = samplePrompts(token, classWord, kind);
  return prompts.map((prompt, index) => ({ prompt, seed: seed + index, steps: 20, guidanceScale: 4 }));
}

/** What a concept is shown with right after it was taught: by itself, and where it was not in its pictures. */
function samplePrompts(token: string, classWord: string, kind: ConceptKind): readonly string[] {
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
