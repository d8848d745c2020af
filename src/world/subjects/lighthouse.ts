import { palette } from '../colour.ts';
import { coated } from '../pattern.ts';
import { box, polygon } from '../shape.ts';
import type { SubjectMaker } from '../subject-maker.ts';

const rock = 'M-17,0C-16,-6 -10,-5 -8,-4C-2,-6 6,-6 9,-4C13,-6 17,-4 17,0Z';

/** A tapering tower on a rock, with gallery, lamp and roof; a hat takes the roof's place. */
export const lighthouse: SubjectMaker = {
  height: 60,
  reach: [-17, 17],
  brow: { x: 0, y: -50.5, width: 18 },
  neck: null,
  ballAt: 22,
  scale: [0.74, 0.98],
  accentPart: 'roof',
  traits: { ears: false, collar: false, hatHidesAccent: true },
  draw(subject, hatted) {
    const tower = polygon([-11.5, -1], [-7.5, -40], [7.5, -40], [11.5, -1]);
    return [
      { path: rock, colour: '#7b7480' },
      ...coated(subject, { path: tower, left: -12, top: -40, width: 24, height: 39, stripes: 'level' }),
      { path: box(-2.8, -10, 5.6, 8, 2.6), colour: '#3c3440', detail: true },
      { path: box(-6, -50, 12, 10), colour: '#ffe98a' },
      { path: box(-0.8, -50, 1.6, 10), colour: '#3c3440', detail: true },
      { path: box(-10.5, -42, 21, 4, 1), colour: '#4a4350' },
      ...(hatted
        ? []
        : [{ path: polygon([-9.5, -49], [0, -60], [9.5, -49]), colour: palette[subject.accent] }]),
    ];
  },
};
