import { darker, palette } from '../colour.ts';
import type { Subject } from '../drawing.ts';
import { coated } from '../pattern.ts';
import { box, ellipse, polygon, type Shape } from '../shape.ts';
import type { SubjectMaker } from '../subject-maker.ts';
import { eye } from './face.ts';

const floppy = 'M5,-43C-2,-43 -3,-27 2,-24C8,-22 11,-35 12,-42Z';

function ears(subject: Subject): Shape[] {
  const colour = palette[subject.accent];
  if (subject.ears === 'floppy') return [{ path: floppy, colour }];
  return [
    { path: polygon([12, -40], [17.5, -52], [21, -38]), colour: darker(colour) },
    { path: polygon([3, -36], [5, -52], [14, -41]), colour },
  ];
}

function collar(subject: Subject): Shape[] {
  if (!subject.collar) return [];
  return [{ path: 'M2.5,-27.5Q8,-22 14,-21.5', colour: palette[subject.collar], line: 4, detail: true }];
}

/** Standing on four short legs, tail up, with a long snout. */
export const dog: SubjectMaker = {
  height: 44,
  reach: [-25.5, 31.5],
  brow: { x: 12.5, y: -40.5, width: 18 },
  neck: { wrap: 'M0.5,-28.5Q6,-21.5 15,-20.5', knot: [11.5, -21.5] },
  ballAt: 23,
  scale: [0.82, 1.08],
  accentPart: 'ears',
  traits: { ears: true, collar: true, hatHidesAccent: false },
  draw(subject) {
    const body = palette[subject.body];
    const far = darker(body);
    return [
      { path: 'M-16,-22C-22,-24 -25,-30 -23,-37', colour: body, line: 5 },
      { path: box(-10.5, -13, 6, 13, 2.5), colour: far },
      { path: box(8, -13, 6, 13, 2.5), colour: far },
      { path: box(-18, -14, 7, 14, 3), colour: body },
      { path: box(0.5, -14, 7, 14, 3), colour: body },
      ...coated(subject, {
        path: box(-19, -28, 33, 18, 8.5),
        left: -19,
        top: -28,
        width: 33,
        height: 18,
        stripes: 'upright',
      }),
      { path: polygon([2, -28], [7, -38], [19, -30], [13, -18]), colour: body },
      ...collar(subject),
      { path: ellipse(12.5, -34, 10.5, 9.5), colour: body },
      { path: box(15, -34.5, 15, 10, 4.8), colour: body },
      { path: ellipse(28.5, -32.5, 2.9, 2.5), colour: '#17171f', detail: true },
      ...ears(subject),
      ...eye(17, -37),
    ];
  },
};
