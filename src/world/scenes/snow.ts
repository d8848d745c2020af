import { shade } from '../colour.ts';
import { between, times, whole } from '../random.ts';
import type { SceneMaker } from '../scene-maker.ts';

/** White ground under a pale grey sky, big flakes, snow-topped firs. */
export const snow: SceneMaker = {
  contour: 'dark',
  places: ['in the snow', 'in snow', 'on the snow', 'in winter snow'],
  names: ['snow', 'winter snow'],
  sample(random) {
    const horizon = between(random, 38, 45);
    const firs = whole(random, 0, 3);
    const colour = shade(random, '#2f6b57', '#4f8f7b');
    return {
      sky: shade(random, '#b4c4d8', '#d6e2ef'),
      ground: '#f8fbff',
      horizon,
      props: [
        ...times(firs, (i) => ({
          kind: 'fir' as const,
          x: ((i + between(random, 0.15, 0.85)) * 64) / firs,
          y: horizon + 2,
          size: between(random, 8, 13),
          colour,
        })),
        ...times(2, () => ({
          kind: 'drift' as const,
          x: between(random, 0, 64),
          y: between(random, horizon + 6, 60),
          size: between(random, 12, 20),
          colour: '#e3edf7' as const,
        })),
        ...times(whole(random, 14, 20), () => ({
          kind: 'flake' as const,
          x: between(random, 1, 63),
          y: between(random, 1, horizon - 2),
          size: between(random, 1.1, 1.8),
          colour: '#ffffff' as const,
        })),
      ],
    };
  },
};
