import type { Thing, ThingPattern } from './drawing.ts';
import type { Shape } from './shape.ts';

/** How one kind of thing looks that a figure has besides a hat. */
export interface ThingMaker {
  readonly patterns: readonly ThingPattern[];
  /** How far it reaches to either side when it lies by itself on (0, 0). */
  readonly reach: readonly [left: number, right: number];
  /** How large it is when it lies by itself. */
  readonly scale: readonly [smallest: number, largest: number];
  draw(thing: Thing): Shape[];
}
