import type { ConceptKind } from '../concept.ts';
import type { HeadWeights } from '../diffusion/heads.ts';
import type { TaughtModel } from '../diffusion/taught-model.ts';
import type { PixelImage } from '../pictures/image.ts';
import type { SafetensorsContent } from '../safetensors.ts';
import type { ConceptWeights } from './concept-file.ts';

/** What a method is given to teach. */
export interface Lesson {
  /** The server's model with all its earlier concepts. */
  readonly model: TaughtModel;
  /** By whatever method they were taught, in the order in which they were. */
  readonly earlier: readonly ConceptWeights[];
  readonly token: string;
  readonly classWord: string;
  readonly kind: ConceptKind;
  /** At the model's own size. */
  readonly pictures: readonly PixelImage[];
  /** For each picture its captions, every one with the token in it. */
  readonly captions: readonly (readonly string[])[];
  /** Captions that say what the concept looks like, to choose its neurons by and not to train on; see `describedTemplates`. */
  readonly described?: readonly string[];
  readonly seed: number;
  readonly steps?: number;
}

/** How work is cut into steps that others may come between. */
export interface Turns {
  /** Runs one step when the process has time for it; raises 'cancelled' when nobody waits any more. */
  turn<T>(action: () => T | Promise<T>): Promise<T>;
}

/**
 * What comes before training: looking for the subject in the pictures, describing them, choosing neurons, drawing what the model knows
 * already, or opening the graphs of its gradients.
 */
export type Preparation = 'framing' | 'captioning' | 'selecting' | 'recalling' | 'loading';

/** Where a training keeps how far it has come, to go on from there where it is interrupted. */
export interface Checkpoints {
  /** What the same lesson kept last; undefined where there is nothing to go on from. */
  load(): Promise<SafetensorsContent | undefined>;
  /** Whether it is time to keep something again, after a step. @param last whether it was the last one */
  due(last: boolean): boolean;
  save(content: SafetensorsContent): Promise<void>;
}

/** What a method tells while it works. */
export interface LessonHooks extends Turns {
  readonly checkpoints?: Checkpoints;
  /** @param of how much there is to do; 0 where that does not come in parts */
  onPreparing(what: Preparation, done: number, of: number): void;
  /** @param model as trained so far: drawing from it now shows how far the lesson has come */
  onStep(step: number, steps: number, loss: number, model: TaughtModel): void | Promise<void>;
}

/** What a lesson brought, and how it went. */
export interface Learned {
  readonly concept: ConceptWeights;
  /** Numbers that were trained for key and value weights. */
  readonly neurons: number;
  /** Share of the base neurons that were general ones too, 0 to 1; absent where a method chooses none. */
  readonly overlap?: number;
  readonly steps: number;
  /** Mean training losses of the first and the last steps. */
  readonly lossFirst: number;
  readonly lossLast: number;
}

/** Matrices made of several concepts. */
export interface Fused {
  readonly weights: HeadWeights;
  /** All that was held for it at the same time, beside the matrices it started from and those it made. */
  readonly bytes: number;
}

/** A way to teach a model concepts, and to draw with several of them. */
export interface Method {
  /** That of its file; how settings and concept files call it. */
  readonly name: string;
  /** How its captions name a concept, and prompts should: `<new1> dog`. */
  mention(token: string, classWord: string): string;
  /**
   * Whether a lesson leaves alone what earlier concepts need: then all of them must be readable, and it holds beside no others than
   * those that it was given.
   */
  readonly heedsEarlier?: boolean;
  teach(lesson: Lesson, hooks: LessonHooks): Promise<Learned>;
  /**
   * Makes matrices of the `deltas` of all concepts that this method taught a server. A method without it leaves none:
   * what it trained is put in place as it is, so that composing takes no byte and no time.
   * @param model knows all the server's tokens; its matrices are those without these concepts
   * @param concepts one or more, all by this method, in the order in which they were taught
   */
  fuse?(model: TaughtModel, concepts: readonly ConceptWeights[], turns: Turns): Promise<Fused>;
}

/** All methods by name. */
export type Methods = ReadonlyMap<string, Method>;
