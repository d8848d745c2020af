import type { ThingKind } from '../kinds.ts';
import type { SubjectMaker } from '../subject-maker.ts';
import type { ThingMaker } from '../thing-maker.ts';
import { ball } from './ball.ts';
import { scarf } from './scarf.ts';

export const things = { scarf, ball } satisfies Record<ThingKind, ThingMaker>;

export const thingKinds = Object.keys(things) as readonly ThingKind[];

/** Only what has a neck wears a scarf. */
export function canWearScarf(maker: SubjectMaker): boolean {
  return maker.neck !== null;
}
