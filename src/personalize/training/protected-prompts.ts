import { preservationPrompts } from '../captions/calibration.ts';
import { templates } from '../captions/template.ts';
import type { Lesson } from '../method.ts';

const promptsOfEarlier = 4;

/** Prompts that should draw what the pretrained model draws: with the class word and no token, and the empty one. */
export function classPrompts({ classWord, kind }: Pick<Lesson, 'classWord' | 'kind'>): readonly string[] {
  return ['', ...preservationPrompts(classWord, kind)];
}

/** A few prompts of each earlier concept, which should draw what they draw now. */
export function earlierPrompts(earlier: Lesson['earlier']): readonly string[] {
  return earlier.flatMap((concept) => templates(concept).slice(0, promptsOfEarlier));
}
