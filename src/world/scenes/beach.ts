import type { Uniform } from '../../random.ts';
import { shade } from '../colour.ts';
import type { Prop } from '../drawing.ts';
import { between, pick } from '../random.ts';
import type { SceneMaker } from '../scene-maker.ts';
import { clouds, sun } from './sky.ts';

const side = (random: Uniform) => pick(random, [between(random, 4, 14), between(random, 50, 60)]);

type Extra = (random: Uniform, horizon: number) => Prop[];

const extras: readonly Extra[] = [
  () => [],
  (random, horizon) => [
    { kind: 'palm', x: side(random), y: horizon + 6, size: between(random, 11, 14), colour: '#2f9a4b' },
  ],
  (random, horizon) => [
    {
      kind: 'umbrella',
      x: side(random),
      y: horizon + 8,
      size: between(random, 9, 11),
      colour: pick(random, ['#ef4f5a', '#3f8fe0', '#f7a531'] as const),
    },
  ],
  (random, horizon) => [
    { kind: 'boat', x: side(random), y: horizon - 4, size: between(random, 4, 5.5), colour: '#ffffff' },
  ],
];

/** Sand, sea and sun; now and then a palm, an umbrella or a boat. */
export const beach: SceneMaker = {
  contour: 'dark',
  places: ['at the beach', 'on the beach', 'at a beach', 'on a beach', 'at beach', 'by the sea'],
  names: ['beach'],
  sample(random) {
    const horizon = between(random, 39, 46);
    return {
      sky: shade(random, '#7fccf5', '#b5e6fb'),
      ground: shade(random, '#f0d48a', '#f9e5b0'),
      horizon,
      props: [
        ...sun(random, 0.8),
        ...clouds(random),
        {
          kind: 'sea',
          x: 0,
          y: horizon,
          size: between(random, 9, 14),
          colour: shade(random, '#1f78c8', '#2fa3d4'),
        },
        ...pick(random, extras)(random, horizon),
      ],
    };
  },
};
