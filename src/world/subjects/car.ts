import { palette } from '../colour.ts';
import { coated } from '../pattern.ts';
import { box, ellipse, polygon, type Shape } from '../shape.ts';
import type { SubjectMaker } from '../subject-maker.ts';

const body =
  'M-30,-8C-31,-20 -30,-23 -22,-24C-20,-35 -16,-40 -9,-40L6,-40C13,-40 16,-34 19,-24.5C27,-24 31,-21 30,-8Z';

function wheel(x: number, colour: Shape['colour']): Shape[] {
  return [
    { path: ellipse(x, -8, 8), colour: '#26242c' },
    { path: ellipse(x, -8, 5.2), colour, detail: true },
  ];
}

const windows: readonly Shape[] = [
  polygon([-17, -25], [-12.5, -36], [-3, -36], [-3, -25]),
  polygon([0.5, -25], [0.5, -36], [8, -36], [13.5, -25]),
].map((path) => ({ path, colour: '#cdeafb', detail: true }));

/** A small round car seen from its side; a hat sits on its roof. */
export const car: SubjectMaker = {
  height: 40,
  reach: [-31, 31],
  brow: { x: -1, y: -39, width: 19 },
  neck: null,
  ballAt: 34,
  scale: [0.86, 1],
  accentPart: 'wheels',
  traits: { ears: false, collar: false, hatHidesAccent: false },
  draw(subject) {
    const accent = palette[subject.accent];
    return [
      ...coated(subject, { path: body, left: -31, top: -40, width: 62, height: 33, stripes: 'upright' }),
      ...windows,
      { path: box(25.5, -20, 5, 5, 2), colour: '#fff2a8', detail: true },
      ...wheel(-16.5, accent),
      ...wheel(16.5, accent),
    ];
  },
};
