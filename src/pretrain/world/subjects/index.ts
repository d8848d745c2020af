import type { Subject } from '../drawing.ts';
import type { Shape } from '../shape.ts';
import { cat } from './cat.ts';
import { dog } from './dog.ts';
import { horse } from './horse.ts';
import { lighthouse } from './lighthouse.ts';

/** Where a hat sits: the middle of its rim, and how wide the head is there. */
export interface Brow {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** How one class of subject looks. It stands on (0, 0), faces right and is about 40 to 60 units tall. */
export interface Figure {
  readonly height: number;
  /** How far it reaches to the left and right of where it stands. */
  readonly reach: readonly [left: number, right: number];
  readonly brow: Brow;
  readonly scale: readonly [smallest: number, largest: number];
  /** What captions call the part in the accent colour. */
  readonly accentPart: string;
  readonly traits: { readonly ears: boolean; readonly collar: boolean; readonly hatHidesAccent: boolean };
  draw(subject: Subject, hatted: boolean): Shape[];
}

export const subjects = { dog, cat, horse, lighthouse } satisfies Record<string, Figure>;
export type SubjectKind = keyof typeof subjects;
export const subjectKinds = Object.keys(subjects) as readonly SubjectKind[];
