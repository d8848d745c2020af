import { orderedConcepts, picturesAt, type Stop, stopsOf } from '../../../src/evaluation/plan.ts';
import type { EvaluationSettings } from '../../../src/evaluation/settings.ts';
import { evaluationConcepts } from '../../../src/world/index.ts';

/**
 * Units of work, by which the time left is told: about the seconds that a lesson and a picture take one thread of a usual
 * processor. Only their ratio matters.
 */
export const lessonWork = 45;
export const pictureWork = 0.3;

/** The work of a stop. */
export function workAt(
  stop: Stop,
  settings: EvaluationSettings,
): { readonly lesson: number; readonly measures: number } {
  return { lesson: lessonWork, measures: picturesAt(stop, settings) * pictureWork };
}

/** The work of one stream; that of the base model's pictures is too little to count. */
export function streamWork(settings: EvaluationSettings): number {
  return stopsOf(orderedConcepts(evaluationConcepts(), settings, 1), settings)
    .map((stop) => workAt(stop, settings))
    .reduce((sum, { lesson, measures }) => sum + lesson + measures, 0);
}
