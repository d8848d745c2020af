import { darker, palette } from '../colour.ts';
import { coated } from '../pattern.ts';
import { box, polygon, type Shape } from '../shape.ts';
import type { SubjectMaker } from '../subject-maker.ts';
import { eye } from './face.ts';

const neckPath = 'M-2,-30C4,-36 6,-44 8,-53L19,-46C17,-38 15,-30 12,-23Z';
const head = 'M8,-51C9,-58 17,-59 20,-54L29.5,-44.5C32,-40.5 28,-36 23.5,-38L13,-43Z';
const mane = 'M14,-59C4,-58 -3,-47 -6,-31C-1,-29 2,-31 4,-34C5,-44 9,-50 15,-54Z';
const tail = 'M-17,-29C-24,-28 -25.5,-18 -23,-10';

function leg(x: number, length: number, colour: Shape['colour']): Shape[] {
  return [
    { path: box(x, -length, 5.4, length, 2), colour },
    { path: box(x, -3.4, 5.4, 3.4, 1), colour: '#3a3038', detail: true },
  ];
}

/** Tall on long legs, neck up, with mane and a hanging tail. */
export const horse: SubjectMaker = {
  height: 58,
  reach: [-28, 31],
  brow: { x: 13.5, y: -54.5, width: 17 },
  neck: { wrap: 'M1,-36Q8,-31.5 16.5,-32', knot: [12.5, -32] },
  ballAt: 23,
  scale: [0.72, 0.98],
  accentPart: 'mane',
  traits: { ears: false, collar: true, hatHidesAccent: false },
  draw(subject) {
    const body = palette[subject.body];
    const accent = palette[subject.accent];
    return [
      { path: tail, colour: accent, line: 6 },
      ...leg(-12.5, 22, darker(body)),
      ...leg(8, 22, darker(body)),
      ...leg(-18.5, 24, body),
      ...leg(1.5, 24, body),
      ...coated(subject, {
        path: box(-19, -36, 33, 18, 8.5),
        left: -19,
        top: -36,
        width: 33,
        height: 18,
        stripes: 'upright',
      }),
      { path: neckPath, colour: body },
      { path: polygon([12, -53], [14.5, -62], [18, -54]), colour: body },
      { path: head, colour: body },
      ...(subject.collar
        ? [{ path: 'M3,-36Q9,-33 15,-32.5', colour: palette[subject.collar], line: 4, detail: true }]
        : []),
      { path: mane, colour: accent },
      ...eye(18, -50.5, 0.95),
    ];
  },
};
