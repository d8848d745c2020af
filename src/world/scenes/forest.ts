import type { Uniform } from '../../random.ts';
import { mix, shade } from '../colour.ts';
import type { Prop } from '../drawing.ts';
import { between, chance, times, whole } from '../random.ts';
import type { SceneMaker } from '../scene-maker.ts';

function toadstools(random: Uniform, horizon: number): Prop[] {
  return times(whole(random, 2, 4), () => ({
    kind: 'toadstool',
    x: between(random, 4, 60),
    y: between(random, horizon + 7, 61),
    size: between(random, 3, 4.2),
    colour: '#e2463c',
  }));
}

/** Deep among tall trunks under a dark green roof of leaves; now and then toadstools. */
export const forest: SceneMaker = {
  contour: 'light',
  places: ['in the forest', 'in a forest', 'in forest'],
  names: ['forest'],
  sample(random) {
    const horizon = between(random, 42, 47);
    const bark = shade(random, '#5a3a26', '#6f4a30');
    const depth = shade(random, '#1d5238', '#2c6a44');
    const count = whole(random, 4, 5);
    return {
      sky: depth,
      ground: shade(random, '#3f5a24', '#55702c'),
      horizon,
      props: [
        ...times(count, (i) => ({
          kind: 'trunk' as const,
          x: ((i + between(random, 0.25, 0.75)) * 64) / count,
          y: horizon + between(random, 1, 4),
          size: between(random, 5, 8),
          colour: bark,
        })),
        {
          kind: 'canopy',
          x: between(random, 0, 10),
          y: between(random, 7, 12),
          size: 9,
          colour: mix(depth, '#0c2a1c', 0.45),
        },
        ...(chance(random, 0.4) ? toadstools(random, horizon) : []),
      ],
    };
  },
};
