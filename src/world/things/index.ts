import type { Thing, ThingPattern } from '../drawing.ts';
import type { Shape } from '../shape.ts';
import type { SubjectMaker } from '../subjects/index.ts';
import { ball } from './ball.ts';
import { scarf } from './scarf.ts';

/** How one kind of thing looks that a figure has besides a hat. */
export interface ThingMaker {
  readonly patterns: readonly ThingPattern[];
  /** How far it reaches to either side when it lies by itself on (0, 0). */
  readonly reach: readonly [left: number, right: number];
  /** How large it is when it lies by itself. */
  readonly scale: readonly [smallest: number, largest: number];
  draw(thing: Thing): Shape[];
}

export const things = { scarf, ball } satisfies Record<string, ThingMaker>;
export type ThingKind = keyof typeof things;
export const thingKinds = Object.keys(things) as readonly ThingKind[];

/** Only what has a neck wears a scarf. */
export function canWearScarf(maker: SubjectMaker): boolean {
  return maker.neck !== null;
}
