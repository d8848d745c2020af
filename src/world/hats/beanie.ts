import { palette } from '../colour.ts';
import type { HatMaker } from '../hat-maker.ts';
import { box, ellipse } from '../shape.ts';

const crown = 'M-10.5,0C-11,-17 11,-17 10.5,0Z';

/** A round woollen hat with a turned-up rim and a pompom. */
export const beanie: HatMaker = {
  height: 18,
  reach: [-12, 12],
  names: ['beanie', 'woolly hat'],
  trimPart: 'pompom',
  hidesPointedEars: true,
  draw(hat) {
    const [colour, trim] = [palette[hat.colour], palette[hat.trim]];
    return [
      { path: ellipse(0, -13.5, 4.2), colour: trim },
      { path: crown, colour },
      ...(hat.striped ? [{ path: box(-12, -9.5, 24, 3.2), colour: trim, clip: crown, detail: true }] : []),
      { path: box(-12, -4, 24, 6.4, 3), colour: trim },
    ];
  },
};
