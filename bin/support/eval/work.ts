import {
  orderedConcepts,
  picturesAt,
  picturesOfPrompts,
  type Stop,
  stopsOf,
} from '../../../src/evaluation/plan.ts';
import type { EvaluationSettings } from '../../../src/evaluation/settings.ts';
import { evaluationConcepts } from '../../../src/world/index.ts';
import type { Job } from './job.ts';

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

/** The work of a job; that of drawings, and of the base model's pictures without tokens, is too little to count. */
export function jobWork(job: Job, settings: EvaluationSettings): number {
  if (job.kind === 'stream' || job.kind === 'variant') return streamWork(settings);
  const draws = job.kind === 'bound' && job.bound === 'base';
  return draws ? picturesOfPrompts(evaluationConcepts(), settings) * pictureWork : 0;
}

function streamWork(settings: EvaluationSettings): number {
  return stopsOf(orderedConcepts(evaluationConcepts(), settings, 1), settings)
    .map((stop) => workAt(stop, settings))
    .reduce((sum, { lesson, measures }) => sum + lesson + measures, 0);
}
