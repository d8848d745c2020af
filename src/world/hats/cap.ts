import { palette } from '../colour.ts';
import type { HatMaker } from '../hat-maker.ts';
import { box, ellipse } from '../shape.ts';

const crown = 'M-10.5,1C-11,-16 10,-17 10.5,1Z';

/** A baseball cap, its peak to the front. */
export const cap: HatMaker = {
  height: 15,
  reach: [-10.5, 21],
  names: ['cap'],
  trimPart: 'peak',
  hidesPointedEars: true,
  draw(hat) {
    const [colour, trim] = [palette[hat.colour], palette[hat.trim]];
    return [
      { path: ellipse(0, -12, 2.4), colour: trim },
      { path: crown, colour },
      ...(hat.striped
        ? [-6.5, 2.5].map((x) => ({ path: box(x, -16, 4, 18), colour: trim, clip: crown, detail: true }))
        : []),
      { path: box(3, -3, 18, 5.4, 2.7), colour: trim },
    ];
  },
};
