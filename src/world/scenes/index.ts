import type { Scene } from '../drawing.ts';
import type { Random } from '../random.ts';
import { beach } from './beach.ts';
import { city } from './city.ts';
import { desert } from './desert.ts';
import { forest } from './forest.ts';
import { night } from './night.ts';
import { park } from './park.ts';
import { snow } from './snow.ts';

/** One kind of scene: how it varies and what captions call it. */
export interface SceneMaker {
  /** Contours are dark by day and light by night. */
  readonly contour: 'dark' | 'light';
  /** After "a dog": "in the park". */
  readonly places: readonly string[];
  /** For a picture of the scene alone: "a park". */
  readonly names: readonly string[];
  sample(random: Random): Omit<Scene, 'kind'>;
}

export const scenes = { park, snow, beach, city, night, desert, forest } satisfies Record<string, SceneMaker>;
export type SceneKind = keyof typeof scenes;
export const sceneKinds = Object.keys(scenes) as readonly SceneKind[];
