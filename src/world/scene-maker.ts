import type { Uniform } from '../random.ts';
import type { Scene } from './drawing.ts';

/** One kind of scene: how it varies and what captions call it. */
export interface SceneMaker {
  /** Contours are dark by day and light by night. */
  readonly contour: 'dark' | 'light';
  /** After "a dog": "in the park". */
  readonly places: readonly string[];
  /** For a picture of the scene alone: "a park". */
  readonly names: readonly string[];
  sample(random: Uniform): Omit<Scene, 'kind'>;
}
