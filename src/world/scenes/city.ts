import { shade } from '../colour.ts';
import { between, times } from '../random.ts';
import type { SceneMaker } from '../scene-maker.ts';
import { clouds } from './sky.ts';

/** Houses with lit windows along a road. */
export const city: SceneMaker = {
  contour: 'dark',
  places: ['in the city', 'in a city', 'in city', 'in town'],
  names: ['city'],
  sample(random) {
    const horizon = between(random, 42, 46);
    const start = between(random, -8, 0);
    const [from, to] = [shade(random, '#6d6f86', '#8b7f96'), shade(random, '#8a93a8', '#a98f8a')] as const;
    return {
      sky: shade(random, '#c3c2dc', '#e3d3d8'),
      ground: shade(random, '#5d5f68', '#767883'),
      horizon,
      props: [
        ...clouds(random),
        ...times(6, (i) => ({
          kind: 'building' as const,
          x: start + i * 12,
          y: horizon,
          size: between(random, 1, 21),
          colour: shade(random, from, to),
        })),
        ...times(4, (i) => ({
          kind: 'dash' as const,
          x: i * 17 + start + 6,
          y: 57,
          size: 9,
          colour: '#f3f0e2' as const,
        })),
      ],
    };
  },
};
