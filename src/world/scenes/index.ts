import type { SceneKind } from '../kinds.ts';
import type { SceneMaker } from '../scene-maker.ts';
import { beach } from './beach.ts';
import { city } from './city.ts';
import { desert } from './desert.ts';
import { forest } from './forest.ts';
import { night } from './night.ts';
import { park } from './park.ts';
import { snow } from './snow.ts';

export const scenes = { park, snow, beach, city, night, desert, forest } satisfies Record<
  SceneKind,
  SceneMaker
>;

export const sceneKinds = Object.keys(scenes) as readonly SceneKind[];
