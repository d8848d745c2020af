import type { Uniform } from '../random.ts';
import type { ColourName } from './colour.ts';
import type { Style } from './drawing.ts';
import type { Shape } from './shape.ts';

/** What a style paints: the scene's shapes, then the figures', from back to front; each layer of a figure has a contour of its own. */
export interface Page {
  readonly sky: Shape;
  readonly scene: readonly Shape[];
  readonly figures: readonly (readonly Shape[])[];
  readonly contour: 'dark' | 'light';
}

/** One way of painting: how it varies, what captions call it, and how it turns shapes into SVG. */
export interface Painter {
  /** What captions call it: "in pencil style". */
  readonly name: string;
  /** After the rest: "in pencil style". */
  readonly endings: readonly string[];
  /** Before the rest: "a pencil drawing of". */
  readonly openings: readonly string[];
  sample(random: Uniform): Omit<Style, 'kind'>;
  /** What a colour looks like in the picture: itself, another one, or null where it cannot be told from others. */
  seenAs(style: Style, colour: ColourName): ColourName | null;
  paint(page: Page, style: Style): string;
}
