import type { ColourName, Hex } from './colour.ts';
import type { HatKind, PropKind, SceneKind, StyleKind, SubjectKind } from './kinds.ts';

export type Pattern = 'plain' | 'stripes' | 'spots' | 'patches';
/** Patterns of the things that figures have. */
export type ThingPattern = Exclude<Pattern, 'patches'>;
export type Ears = 'pointed' | 'floppy';

export interface Subject {
  readonly kind: SubjectKind;
  readonly body: ColourName;
  /** Colour of stripes, spots or patches. */
  readonly second: ColourName;
  readonly pattern: Pattern;
  /** Colour of the part that the maker names: ears, mane and tail, wings, wheels … */
  readonly accent: ColourName;
  /** Only dogs have a choice of ears. */
  readonly ears: Ears | null;
  readonly collar: ColourName | null;
}

export interface Hat {
  readonly kind: HatKind;
  readonly colour: ColourName;
  /** Colour of band, stripes, pompom or peak. */
  readonly trim: ColourName;
  readonly striped: boolean;
}

/** A scarf or a ball. */
export interface Thing {
  readonly pattern: ThingPattern;
  readonly colour: ColourName;
  /** Colour of stripes or spots. */
  readonly trim: ColourName;
}

export interface Placement {
  /** −1 (left) … 1 (right) of the room that the figure leaves. */
  readonly x: number;
  /** 0 (small) … 1 (filling the frame). */
  readonly size: number;
  readonly facing: 'left' | 'right';
}

/** Something standing or hanging in a scene; x and y are where it stands, in frame units. */
export interface Prop {
  readonly kind: PropKind;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly colour: Hex;
}

export interface Scene {
  readonly kind: SceneKind;
  readonly sky: Hex;
  readonly ground: Hex;
  /** Where the ground begins, in frame units from the top. */
  readonly horizon: number;
  /** In painting order. */
  readonly props: readonly Prop[];
}

export interface Style {
  readonly kind: StyleKind;
  readonly paper: Hex;
  readonly ink: Hex;
  /** How much of the colours is left, 0 (none: grey) … 1. */
  readonly tint: number;
  /** Weight of lines, or softness of a wash: 0 (fine) … 1 (bold). */
  readonly weight: number;
  /** Direction of hatching: falling, rising, or both. */
  readonly hatching: 'falling' | 'rising' | 'crossed';
}

/** A subject with what it wears and has, or, without subject, one such thing lying there by itself. */
export interface Figure {
  readonly subject: Subject | null;
  readonly hat: Hat | null;
  readonly scarf: Thing | null;
  readonly ball: Thing | null;
  readonly placement: Placement;
}

/** A picture of the sketchbook world as plain data: none, one or two figures, the left one first. */
export interface Drawing {
  readonly figures: readonly Figure[];
  readonly scene: Scene;
  readonly style: Style;
}
