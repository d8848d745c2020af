import { palette } from '../colour.ts';
import type { HatMaker } from '../hat-maker.ts';
import { ellipse, polygon, type Shape } from '../shape.ts';

const cone = 'M-9,1L0,-20L9,1Q0,4.5 -9,1Z';
const coneBands = [
  [-3, -6],
  [-10, -13],
] as const;

/** A pointed cone with a pompom. */
export const party: HatMaker = {
  height: 24,
  reach: [-9, 9],
  names: ['party hat'],
  trimPart: 'pompom',
  hidesPointedEars: false,
  draw(hat) {
    const trim = palette[hat.trim];
    const bands = coneBands.map(
      ([low, high]): Shape => ({
        path: polygon([-12, low + 2], [12, low - 2], [12, high - 2], [-12, high + 2]),
        colour: trim,
        clip: cone,
        detail: true,
      }),
    );
    return [
      { path: cone, colour: palette[hat.colour] },
      ...(hat.striped ? bands : []),
      { path: ellipse(0, -20, 3.8), colour: trim },
    ];
  },
};
