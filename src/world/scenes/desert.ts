import { shade } from '../colour.ts';
import { between, pick, times, whole } from '../random.ts';
import type { SceneMaker } from '../scene-maker.ts';

/** Red ground, table mountains and cacti under an apricot sky with a white sun. */
export const desert: SceneMaker = {
  contour: 'dark',
  places: ['in the desert', 'in a desert', 'in desert'],
  names: ['desert'],
  sample(random) {
    const horizon = between(random, 38, 44);
    const cacti = whole(random, 1, 3);
    const green = shade(random, '#4f7d3a', '#7c9a45');
    const rock = shade(random, '#a8452f', '#bf5f3c');
    const x = pick(random, [between(random, 8, 18), between(random, 46, 56)]);
    return {
      sky: shade(random, '#ffb877', '#ffd2a6'),
      ground: shade(random, '#cf6a3a', '#e08a4f'),
      horizon,
      props: [
        { kind: 'sun', x, y: between(random, 8, 14), size: between(random, 5, 7), colour: '#fff6dc' },
        ...times(whole(random, 1, 2), (i) => ({
          kind: 'mesa' as const,
          x: between(random, 0, 26) + i * 36,
          y: horizon + 1,
          size: between(random, 11, 17),
          colour: rock,
        })),
        ...times(cacti, (i) => ({
          kind: 'cactus' as const,
          x: ((i + between(random, 0.15, 0.85)) * 64) / cacti,
          y: horizon + between(random, 3, 7),
          size: between(random, 9, 13),
          colour: green,
        })),
      ],
    };
  },
};
