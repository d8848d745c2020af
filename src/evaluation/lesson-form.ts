import { type EvaluationConcept, seededRandom } from '../world/index.ts';
import { type ViewName, views } from './views.ts';

/** How the pictures of a lesson are. */
export interface LessonForm {
  /** How many, 1 to 6. */
  readonly pictures: number;
  readonly view: ViewName;
  /** Whether captions say what the model sees in the pictures, or name the concept alone. */
  readonly captions: 'seen' | 'plain';
  /** False where pictures in which the subject is small are not cut to it. */
  readonly closeUps?: false;
}

/** The evaluation's own. */
export const usualForm: LessonForm = { pictures: 5, view: 'usual', captions: 'seen' };

const viewSeed = 8191;

/** The concept with the drawings that it is taught from in this form; it is still measured by its own. */
export function inForm(concept: EvaluationConcept, { pictures, view }: LessonForm): EvaluationConcept {
  const random = seededRandom(viewSeed);
  const drawings = concept
    .taughtDrawings(pictures)
    .map((drawing, nth) => views[view](drawing, concept, nth, random));
  return { ...concept, drawings };
}
