import type { Model } from '../diffusion/model.ts';
import { look } from '../personalize/captions/look.ts';
import { withCloseUps } from '../personalize/close-ups/close-ups.ts';
import type { Composition } from '../personalize/compose.ts';
import type { ConceptWeights } from '../personalize/concept-file.ts';
import { lessonOf } from '../personalize/lesson.ts';
import type { Learned, LessonHooks, Method } from '../personalize/method.ts';
import type { PixelImage } from '../pictures/image.ts';
import { type Drawing, type EvaluationConcept, renderPixels } from '../world/index.ts';

/** What a lesson of the evaluation is given. */
export interface LessonParts {
  readonly base: Model;
  readonly method: Method;
  /** The model with the earlier concepts, and these. */
  readonly model: Composition['model'];
  readonly known: readonly ConceptWeights[];
  readonly seed: number;
  /** The method's own number where null. */
  readonly steps: number | null;
  /** Whether the model looks at the pictures first, as it does in the chat; without that, captions name the concept alone. */
  readonly looks?: boolean;
  /** Whether pictures in which the subject is small are cut to it, as they are in the chat. */
  readonly closeUps?: boolean;
}

/** Teaches a concept from its drawings as the chat does, captioned by the model itself; nothing is kept of it but what is returned. */
export async function teachConcept(
  { base, method, model, known, seed, steps, looks = true, closeUps = true }: LessonParts,
  { token, classWord, kind, description, drawings }: EvaluationConcept,
  hooks: LessonHooks,
): Promise<Learned & { readonly seconds: number }> {
  const since = performance.now();
  const named = { token, classWord, kind, seed, ...(description !== undefined && { description }) };
  const rendered = await renderedFor(base, drawings);
  const asked = { ...named, pictures: rendered, captions: rendered.map(() => []) };
  const { pictures } = closeUps ? await withCloseUps(base, asked, hooks) : asked;
  const seen = looks ? await look(base, { ...asked, pictures }, hooks) : [];
  const request = { ...asked, pictures, seen, ...(steps !== null && { steps }) };
  const learned = await method.teach(lessonOf(request, model, known).lesson, hooks);
  return { ...learned, seconds: (performance.now() - since) / 1000 };
}

/** Drawings at the model's size. */
export function renderedFor(base: Model, drawings: readonly Drawing[]): Promise<readonly PixelImage[]> {
  return Promise.all(drawings.map((drawing) => renderPixels(drawing, base.folder.pixels.width)));
}
