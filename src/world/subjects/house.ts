import { palette } from '../colour.ts';
import { coated } from '../pattern.ts';
import { box, polygon, type Shape } from '../shape.ts';
import type { SubjectMaker } from '../subject-maker.ts';

const walls = box(-20, -28, 40, 28);
const frame = '#3c3440';

const windows: readonly Shape[] = [-16.5, 8.5].flatMap((x) => [
  { path: box(x, -22, 8, 8.5), colour: frame, detail: true },
  { path: box(x + 1.1, -20.9, 5.8, 6.3), colour: '#ffe98a', detail: true },
]);

/** Walls with door and windows under a broad roof; its flat ridge carries a hat. */
export const house: SubjectMaker = {
  height: 51,
  reach: [-26, 26],
  brow: { x: 0, y: -44, width: 18 },
  neck: null,
  ballAt: 28,
  scale: [0.8, 1.08],
  accentPart: 'roof',
  traits: { ears: false, collar: false, hatHidesAccent: false, hatOnAccent: true },
  draw(subject) {
    const roof = palette[subject.accent];
    return [
      { path: box(11, -51, 6.5, 18), colour: '#a8553f' },
      ...coated(subject, { path: walls, left: -20, top: -28, width: 40, height: 28, stripes: 'level' }),
      ...windows,
      { path: box(-4.5, -15, 9, 15, 2), colour: frame, detail: true },
      { path: polygon([-26, -26.5], [-12, -46], [12, -46], [26, -26.5]), colour: roof },
    ];
  },
};
