import type { TaughtModel } from '../diffusion/taught-model.ts';
import type { CaptionRequest, Captions } from './captions/captioner.ts';
import { readableCaptions, readableOf } from './captions/readable.ts';
import type { Seen } from './captions/seen.ts';
import { describedTemplates, templates } from './captions/template.ts';
import type { Lesson } from './method.ts';

/** What a person gives to teach from, and how it was captioned. */
export interface LessonRequest extends CaptionRequest, Pick<Captions, 'captions'> {
  /** For each picture what else it shows: its captions where it has none. */
  readonly seen?: readonly Seen[];
  readonly seed: number;
  /** Training steps; the method's own number where absent. */
  readonly steps?: number;
}

/**
 * The lesson that a request is for a server's model: its captions as far as the text encoder reads them, and those that
 * say what the concept looks like.
 * @param earlier the concepts that `model` was composed of
 */
export function lessonOf(
  request: LessonRequest,
  model: TaughtModel,
  earlier: Lesson['earlier'],
): {
  readonly lesson: Lesson;
  /** How many different captions were left out. */
  readonly leftOut: number;
} {
  const { token, classWord, kind, pictures, seed, steps } = request;
  const wanted = request.captions.map((list, at) =>
    list.length > 0 ? list : templates(request, request.seen?.[at]),
  );
  const { captions, leftOut } = readableCaptions(model.tokenizer, request, wanted);
  const described = readableOf(model.tokenizer, token, describedTemplates(request));
  const given = { token, classWord, kind, pictures, seed, ...(steps !== undefined && { steps }) };
  return { lesson: { ...given, model, earlier, captions, described }, leftOut };
}
