import { shade } from '../colour.ts';
import { between, pick, times, whole } from '../random.ts';
import type { SceneMaker } from '../scene-maker.ts';

/** Dark sky with moon and stars over dark hills. */
export const night: SceneMaker = {
  contour: 'light',
  places: ['at night', 'in the night', 'by night'],
  names: ['night'],
  sample(random) {
    const horizon = between(random, 39, 45);
    const x = pick(random, [between(random, 8, 17), between(random, 47, 56)]);
    const moon = { x, y: between(random, 9, 14), size: between(random, 5, 7), colour: '#fff2b8' as const };
    return {
      sky: shade(random, '#171a4a', '#2c2460'),
      ground: shade(random, '#1c3a3a', '#26304f'),
      horizon,
      props: [
        ...times(whole(random, 8, 14), () => ({
          kind: 'star' as const,
          x: between(random, 2, 62),
          y: between(random, 2, horizon - 8),
          size: between(random, 1.2, 2),
          colour: '#ffffff' as const,
        })),
        { kind: pick(random, ['moon', 'crescent'] as const), ...moon },
        ...times(whole(random, 0, 2), () => ({
          kind: 'hill' as const,
          x: between(random, 0, 64),
          y: horizon + 1,
          size: between(random, 16, 26),
          colour: shade(random, '#202a56', '#1d3b4a'),
        })),
      ],
    };
  },
};
