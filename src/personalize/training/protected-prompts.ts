import { calibrationPrompts, preservationPrompts } from '../captions/calibration.ts';
import { templates } from '../captions/template.ts';
import type { Lesson } from '../method.ts';

const promptsOfEarlier = 4;

/** Prompts that should draw what the pretrained model draws: with the class word and no token, and the empty one. */
export function classPrompts({ classWord, kind }: Pick<Lesson, 'classWord' | 'kind'>): readonly string[] {
  return ['', ...preservationPrompts(classWord, kind)];
}

/**
 * All prompts without a token that should draw what the pretrained model draws: {@link classPrompts}, and some that have nothing
 * to do with the lesson.
 * @param knows tells whether the model's tokenizer has a word as a whole
 */
export function untaughtPrompts(
  lesson: Pick<Lesson, 'classWord' | 'kind'>,
  knows: (word: string) => boolean,
): readonly string[] {
  return [...new Set([...classPrompts(lesson), ...calibrationPrompts(knows)])];
}

/** A few prompts of each earlier concept, which should draw what they draw now. */
export function earlierPrompts(earlier: Lesson['earlier']): readonly string[] {
  return earlier.flatMap((concept) => templates(concept).slice(0, promptsOfEarlier));
}
