import type { Hat } from './drawing.ts';
import type { Shape } from './shape.ts';

/** How one kind of hat looks: its rim on (0, 0), 20 units wide where it meets the head. */
export interface HatMaker {
  readonly height: number;
  /** How far it reaches to the back and to the front. */
  readonly reach: readonly [back: number, front: number];
  /** What captions call it, besides "hat". */
  readonly names: readonly string[];
  /** What captions call the part in the trim colour. */
  readonly trimPart: string;
  /** Whether a dog's pointed ears are hidden under it. */
  readonly hidesPointedEars: boolean;
  draw(hat: Hat): Shape[];
}
