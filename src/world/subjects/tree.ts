import { palette } from '../colour.ts';
import { coated } from '../pattern.ts';
import type { SubjectMaker } from '../subject-maker.ts';

const crown =
  'M-13,-17C-29,-15 -31,-34 -20,-38C-23,-50 -10,-57 0,-53C11,-57 23,-50 20,-38C31,-34 29,-15 13,-17C7,-13 -7,-13 -13,-17Z';
const trunk = 'M-5.5,-18L5.5,-18C5.5,-9 6,-3 11,0L-11,0C-6,-3 -5.5,-9 -5.5,-18Z';

/** One big leafy tree: a billowing crown on a stout trunk; a hat sits on its top. */
export const tree: SubjectMaker = {
  height: 55,
  reach: [-27, 27],
  brow: { x: 0, y: -50, width: 18 },
  neck: null,
  ballAt: 19,
  scale: [0.8, 1.06],
  accentPart: 'trunk',
  traits: { ears: false, collar: false, hatHidesAccent: false },
  draw: (subject) => [
    { path: trunk, colour: palette[subject.accent] },
    ...coated(subject, { path: crown, left: -27, top: -55, width: 54, height: 41, stripes: 'level' }),
  ],
};
