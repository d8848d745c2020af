import { darker, palette } from '../colour.ts';
import type { Thing } from '../drawing.ts';
import { box, type Point, polygon, type Shape } from '../shape.ts';
import type { Neck } from '../subject-maker.ts';
import type { ThingMaker } from '../thing-maker.ts';

const bandWidth = 7;
/** The end that hangs down. */
const end = { width: 7, length: 14 };

/** An end that hangs from a point, leaning sideways by `lean` on its way down. */
function hanging(thing: Thing, [x, y]: Point, length: number, lean: number): Shape[] {
  const [colour, trim] = [palette[thing.colour], palette[thing.trim]];
  const half = end.width / 2;
  const path = polygon(
    [x - half, y],
    [x + half, y],
    [x + half + lean, y + length],
    [x - half + lean, y + length],
  );
  const bands = [0.3, 0.68].map(
    (share): Shape => ({
      path: box(x - 3 * half, y + share * length, 6 * half, 3),
      colour: trim,
      clip: path,
      detail: true,
    }),
  );
  const striped = thing.pattern === 'stripes';
  return [{ path, colour: striped ? colour : darker(colour, 0.12) }, ...(striped ? bands : [])];
}

function wrapped(thing: Thing, path: string): Shape[] {
  const line: Shape = { path, colour: palette[thing.colour], line: bandWidth };
  if (thing.pattern !== 'stripes') return [line];
  return [line, { path, colour: palette[thing.trim], line: bandWidth * 0.36, detail: true }];
}

/** A scarf around a neck. */
export function around({ wrap, knot }: Neck, thing: Thing): Shape[] {
  return [...hanging(thing, knot, end.length, 1), ...wrapped(thing, wrap)];
}

/** A woollen scarf: a wrap around the neck and an end that hangs down; by itself it shows both its ends. */
export const scarf = {
  patterns: ['plain', 'stripes'],
  reach: [-13, 13],
  scale: [1.5, 1.9],
  draw: (thing) => [
    ...hanging(thing, [-2, -17], 11, -3),
    ...hanging(thing, [4, -17], 18, 3),
    ...wrapped(thing, 'M-9,-23C-9,-16 10,-16 10,-23C10,-28 -9,-28 -9,-23Z'),
  ],
} as const satisfies ThingMaker;
