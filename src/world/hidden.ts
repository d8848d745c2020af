import type { Figure } from './drawing.ts';
import { hats } from './hats/index.ts';
import type { SubjectMaker } from './subject-maker.ts';
import { subjects } from './subjects/index.ts';

/** What of a subject cannot be seen under its hat: its ears, and the part in its accent colour. */
export function hiddenByHat({ subject, hat }: Pick<Figure, 'subject' | 'hat'>): {
  readonly ears: boolean;
  readonly accent: boolean;
} {
  if (!subject || !hat) return { ears: false, accent: false };
  const { traits }: SubjectMaker = subjects[subject.kind];
  const ears = subject.ears === 'pointed' && hats[hat.kind].hidesPointedEars;
  return { ears, accent: ears || traits.hatHidesAccent };
}
