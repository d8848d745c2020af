import { palette } from '../colour.ts';
import type { HatMaker } from '../hat-maker.ts';
import { box } from '../shape.ts';

const crown = box(-8.5, -19, 17, 19, 1.5);

/** A tall cylinder on a broad brim, with a band. */
export const top: HatMaker = {
  height: 19,
  reach: [-13.5, 13.5],
  names: ['top hat', 'tall hat'],
  trimPart: 'band',
  hidesPointedEars: true,
  draw(hat) {
    const [colour, trim] = [palette[hat.colour], palette[hat.trim]];
    const bands = hat.striped ? [-6.5, -12.7, -18.9] : [-6.5];
    return [
      { path: crown, colour },
      ...bands.map((y) => ({ path: box(-9, y, 18, 3.4), colour: trim, clip: crown, detail: true })),
      { path: box(-13.5, -2.6, 27, 5, 2.4), colour },
    ];
  },
};
