import type { Head } from '../../onnx/cut/unet.ts';
import type { LessonModel } from '../lesson-model.ts';
import type { Lesson, LessonHooks } from '../method.ts';
import type { PositionsName } from './positions/index.ts';

/** What weights are scored by: in each view, such as a caption, |magnitude|·norm, the norm being that of a weight's input. */
export interface Evidence {
  /**
   * [in, out]
   * @param free 1 where a weight can be chosen, [in, out]
   */
  magnitudes(head: Head, free: Uint8Array): Float32Array;
  /** What the magnitudes of an input's weights are multiplied with, [in]: for each text, or once for all. */
  readonly norms: readonly Float32Array[];
}

/** What a lesson has to tell importance by. */
export interface Scene {
  readonly lesson: Lesson;
  readonly model: LessonModel;
  readonly options: {
    readonly positions: PositionsName;
    readonly coverageRisk: number;
    readonly batch: number;
  };
  readonly hooks: LessonHooks;
}

/** How much a concept asks of each weight, and how much all that should stay as it is. */
export type Importance = (scene: Scene) => Promise<{
  readonly concept: Evidence;
  /** Asked for only where it is not known from an earlier lesson. */
  readonly general: () => Promise<Evidence>;
}>;
