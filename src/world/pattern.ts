import { type Hex, palette } from './colour.ts';
import type { Pattern, Subject } from './drawing.ts';
import { box, ellipse, type Shape } from './shape.ts';

/** The part of a figure that carries a pattern. */
export interface Coat {
  readonly path: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Stripes run across a tower and down an animal. */
  readonly stripes: 'upright' | 'level';
}

type Marks = (coat: Coat) => readonly string[];

const stripe = 7.6;

const marks = {
  plain: () => [],
  stripes: (coat) => {
    const length = coat.stripes === 'upright' ? coat.width : coat.height;
    return Array.from({ length: Math.ceil(length / stripe) }, (_, i) => {
      const at = i * stripe + stripe * 0.32;
      return coat.stripes === 'upright'
        ? box(coat.left + at, coat.top, stripe * 0.52, coat.height)
        : box(coat.left, coat.top + at, coat.width, stripe * 0.52);
    });
  },
  spots: (coat) => {
    const rows = Math.max(2, Math.round(coat.height / 8));
    const columns = Math.max(2, Math.round(coat.width / 8.5));
    return Array.from({ length: rows * columns }, (_, i) => {
      const row = Math.floor(i / columns);
      const column = (i % columns) + (row % 2 === 0 ? 0.28 : 0.72);
      return ellipse(
        coat.left + (column / columns) * coat.width,
        coat.top + ((row + 0.5) / rows) * coat.height,
        2.4,
      );
    });
  },
  patches: (coat) => [
    ellipse(
      coat.left + coat.width * 0.2,
      coat.top + coat.height * 0.18,
      coat.width * 0.24,
      coat.height * 0.36,
    ),
    ellipse(
      coat.left + coat.width * 0.72,
      coat.top + coat.height * 0.72,
      coat.width * 0.26,
      coat.height * 0.34,
    ),
  ],
} satisfies Record<Pattern, Marks>;

export const patterns = Object.keys(marks) as readonly Pattern[];

/** The coat in its colour, with the subject's pattern on it. */
export function coated(subject: Subject, coat: Coat): Shape[] {
  const second: Hex = palette[subject.second];
  return [
    { path: coat.path, colour: palette[subject.body] },
    ...marks[subject.pattern](coat).map(
      (path): Shape => ({ path, colour: second, clip: coat.path, detail: true }),
    ),
  ];
}
