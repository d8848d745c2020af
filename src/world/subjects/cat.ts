import { darker, palette } from '../colour.ts';
import { coated } from '../pattern.ts';
import { box, ellipse, polygon, type Shape } from '../shape.ts';
import type { SubjectMaker } from '../subject-maker.ts';
import { eye } from './face.ts';

const trunk = 'M-13,0C-19,-10 -12,-27 0,-28C12,-27 19,-10 13,0Z';

const whiskers: readonly Shape[] = [
  'M-6,-31L-19,-33.5',
  'M-6,-29.5L-18.5,-28',
  'M8,-31L21,-33.5',
  'M8,-29.5L20.5,-28',
].map((path) => ({ path, colour: '#2a2a33', line: 0.9, detail: true }));

/** Sitting, seen from the front: wide head with pointed ears and whiskers, and a curled tail. */
export const cat: SubjectMaker = {
  height: 44,
  reach: [-27, 21],
  brow: { x: 1, y: -41.5, width: 17 },
  neck: { wrap: 'M-10,-24.5Q1,-19 12,-24.5', knot: [7, -22] },
  ballAt: 22.5,
  scale: [0.86, 1.14],
  accentPart: 'ears',
  traits: { ears: false, collar: true, hatHidesAccent: false },
  draw(subject) {
    const body = palette[subject.body];
    const accent = palette[subject.accent];
    return [
      { path: 'M-9,-4C-24,-1 -29,-13 -23,-21C-20,-25 -14.5,-22 -17,-17', colour: body, line: 5 },
      ...coated(subject, { path: trunk, left: -16, top: -28, width: 32, height: 28, stripes: 'level' }),
      { path: box(-7.5, -10, 7, 10, 3.4), colour: body },
      { path: box(0.5, -10, 7, 10, 3.4), colour: body },
      { path: box(-0.5, -9, 1, 9), colour: darker(body, 0.45), detail: true },
      { path: polygon([-12, -36], [-13, -53], [0, -43]), colour: accent },
      { path: polygon([14, -36], [15, -53], [2, -43]), colour: accent },
      { path: ellipse(1, -34, 14, 10.5), colour: body },
      ...(subject.collar
        ? [{ path: 'M-9,-25Q1,-21 11,-25', colour: palette[subject.collar], line: 3.8, detail: true }]
        : []),
      ...eye(-4.5, -35.5, 1.05),
      ...eye(6.5, -35.5, 1.05),
      { path: polygon([-1, -32], [3, -32], [1, -29.5]), colour: '#e8607f', detail: true },
      ...whiskers,
    ];
  },
};
