import { darker, mix, palette } from '../colour.ts';
import { coated } from '../pattern.ts';
import { ellipse, polygon, type Shape } from '../shape.ts';
import type { SubjectMaker } from '../subject-maker.ts';
import { eye } from './face.ts';

const beak = '#f2a01f';
const bodyPath =
  'M-20,-26C-19,-11 -8,-6.5 2,-7C16,-8 20,-19 19,-31C17,-41 4,-40 -2,-36C-8,-32 -15,-31 -20,-26Z';
const wing = 'M5,-29C0,-36 -12,-32 -20,-21C-10,-15 3,-17 5,-29Z';
const legs: readonly Shape[] = ['M-2,-8L-2,-0.8L4,-0.8', 'M7,-8L7,-0.8L13,-0.8'].map((path) => ({
  path,
  colour: mix(beak, '#7a4a2b', 0.35),
  line: 2.2,
  detail: true,
}));

/** A plump songbird on thin legs, with a long tail, a folded wing and a beak. It has no neck for a collar. */
export const bird: SubjectMaker = {
  height: 50,
  reach: [-31, 28],
  brow: { x: 10.5, y: -47, width: 17 },
  neck: { wrap: 'M-1,-34.5Q8,-27 20,-32', knot: [14, -30.5] },
  ballAt: 24,
  scale: [0.78, 1.04],
  accentPart: 'wings',
  traits: { ears: false, collar: false, hatHidesAccent: false },
  draw(subject) {
    const body = palette[subject.body];
    const accent = palette[subject.accent];
    return [
      ...legs,
      { path: polygon([-12, -22], [-31, -22], [-29, -31], [-14, -30]), colour: darker(accent) },
      ...coated(subject, { path: bodyPath, left: -20, top: -39, width: 40, height: 32, stripes: 'upright' }),
      { path: polygon([18, -45], [28.5, -39.5], [18, -36]), colour: beak },
      { path: ellipse(10.5, -40, 10.5, 10), colour: body },
      { path: wing, colour: accent },
      ...eye(14, -42),
    ];
  },
};
