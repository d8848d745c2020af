import type { Subject } from './drawing.ts';
import type { Point, Shape } from './shape.ts';

/** Where a hat sits: the middle of its rim, and how wide the head is there. */
export interface Brow {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Where a scarf lies: the line that it takes around the neck, and where its end hangs down. */
export interface Neck {
  readonly wrap: string;
  readonly knot: Point;
}

/** How one class of subject looks. It stands on (0, 0), faces right and is about 40 to 60 units tall. */
export interface SubjectMaker {
  readonly height: number;
  /** How far it reaches to the left and right of where it stands. */
  readonly reach: readonly [left: number, right: number];
  readonly brow: Brow;
  readonly neck: Neck | null;
  /** Where a ball beside it touches the ground. */
  readonly ballAt: number;
  readonly scale: readonly [smallest: number, largest: number];
  /** What captions call the part in the accent colour. */
  readonly accentPart: string;
  readonly traits: {
    readonly ears: boolean;
    readonly collar: boolean;
    readonly hatHidesAccent: boolean;
    /** The hat sits on the part in the accent colour. */
    readonly hatOnAccent?: boolean;
  };
  draw(subject: Subject, hatted: boolean): Shape[];
}
