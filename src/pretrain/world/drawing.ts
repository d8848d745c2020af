import type { ColourName, Hex } from './colour.ts';
import type { HatKind } from './hats/index.ts';
import type { PropKind } from './props.ts';
import type { SceneKind } from './scenes/index.ts';
import type { StyleKind } from './styles/index.ts';
import type { SubjectKind } from './subjects/index.ts';

export type Pattern = 'plain' | 'stripes' | 'spots' | 'patches';
export type Ears = 'pointed' | 'floppy';

export interface Subject {
  readonly kind: SubjectKind;
  readonly body: ColourName;
  /** Colour of stripes, spots or patches. */
  readonly second: ColourName;
  readonly pattern: Pattern;
  /** Colour of ears, mane and tail, or roof. */
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

export interface Placement {
  /** −1 (left) … 1 (right). */
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

/** A picture of the sketchbook world as plain data. Without subject but with a hat, the hat lies there by itself. */
export interface Drawing {
  readonly subject: Subject | null;
  readonly hat: Hat | null;
  readonly placement: Placement;
  readonly scene: Scene;
  readonly style: Style;
}
