import type { ConceptKind } from '../../concept.ts';
import type { TaughtModel } from '../../diffusion/taught-model.ts';
import type { PixelImage } from '../../pictures/image.ts';
import type { ConceptWeights } from '../concept-file.ts';

/** What a method is given to teach. */
export interface Lesson {
  /** The server's model with all its earlier concepts. */
  readonly model: TaughtModel;
  readonly earlier: readonly ConceptWeights[];
  readonly token: string;
  readonly classWord: string;
  readonly kind: ConceptKind;
  /** At the model's own size. */
  readonly pictures: readonly PixelImage[];
  /** For each picture its captions, every one with the token in it. */
  readonly captions: readonly (readonly string[])[];
  readonly seed: number;
  readonly steps?: number;
}

/** What a method tells while it works. */
export interface LessonHooks {
  /** Runs one step when the process has time for it; raises 'cancelled' when nobody waits any more. */
  turn<T>(action: () => T | Promise<T>): Promise<T>;
  onSelecting(done: number, of: number): void;
  /** @param model as trained so far: drawing from it now shows how far the lesson has come */
  onStep(step: number, steps: number, loss: number, model: TaughtModel): void | Promise<void>;
}

export interface Learned {
  readonly concept: ConceptWeights;
  readonly neurons: number;
  /** Share of the base neurons that were general ones too, 0 to 1. */
  readonly overlap: number;
  readonly steps: number;
  /** Mean training losses of the first and the last steps. */
  readonly lossFirst: number;
  readonly lossLast: number;
}

/** A way to teach a model a concept. */
export interface Method {
  readonly name: string;
  teach(lesson: Lesson, hooks: LessonHooks): Promise<Learned>;
}
