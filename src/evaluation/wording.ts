import type { Method } from '../personalize/method.ts';
import { type EvaluationConcept, scenes } from '../world/index.ts';

type Named = Pick<EvaluationConcept, 'token' | 'classWord'>;

/** How prompts name concepts. */
export interface Wording {
  /** After "a": `<new1> dog`. */
  thing(concept: Named): string;
  /** After a thing: `in <new5> park`. */
  place(concept: Named): string;
  /** At the end: `in <new3> style`. */
  style(concept: Named): string;
}

/** As the method's captions name them; those of a style have its token alone. */
export function taughtWording({ mention }: Pick<Method, 'mention'>): Wording {
  return {
    thing: ({ token, classWord }) => mention(token, classWord),
    place: ({ token, classWord }) => `in ${mention(token, classWord)}`,
    style: ({ token }) => `in ${token} style`,
  };
}

/** Without any token, the class word in its place: what CLIP-T compares with, and what the base model understands. */
export const plainWording: Wording = {
  thing: ({ classWord }) => classWord,
  place: ({ classWord }) => scenes[classWord as keyof typeof scenes].places[0] as string,
  style: ({ classWord }) => `in ${classWord} style`,
};
