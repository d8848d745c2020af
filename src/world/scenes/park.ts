import type { Uniform } from '../../random.ts';
import { type Hex, shade } from '../colour.ts';
import type { Prop } from '../drawing.ts';
import { blossom } from '../held-out/scenes.ts';
import { between, chance, pick, times, whole } from '../random.ts';
import type { SceneMaker } from '../scene-maker.ts';
import { clouds, sun } from './sky.ts';

/** Foliage and how often it is seen. */
const foliage = (random: Uniform): Hex =>
  chance(random, 0.75) ? shade(random, '#1f7a3a', '#6cb52f') : pick(random, ['#f0962e', blossom] as const);

type Extra = (random: Uniform, horizon: number) => Prop[];

const extras: readonly Extra[] = [
  () => [],
  (_, horizon) => [{ kind: 'fence', x: 0, y: horizon + 3, size: 8, colour: '#fffdf4' }],
  (random, horizon) => [
    {
      kind: 'pond',
      x: between(random, 10, 54),
      y: horizon + 7,
      size: between(random, 11, 16),
      colour: '#5ab4e6',
    },
  ],
  (random, horizon) => {
    const colour = pick(random, ['#ff7aa8', '#ffffff', '#ffd23f', '#ff5d4d'] as const);
    return times(whole(random, 5, 9), () => ({
      kind: 'flower' as const,
      x: between(random, 2, 62),
      y: between(random, horizon + 4, 62),
      size: between(random, 1.3, 1.9),
      colour,
    }));
  },
  (random, horizon) => [
    {
      kind: 'path',
      x: between(random, 16, 48),
      y: horizon,
      size: between(random, 12, 18),
      colour: '#e8cf9a',
    },
  ],
];

/** Lawn and round trees; now and then a fence, a pond, flowers or a path. */
export const park: SceneMaker = {
  contour: 'dark',
  places: ['in the park', 'in a park', 'in park'],
  names: ['park'],
  sample(random) {
    const horizon = between(random, 38, 44);
    const leaves = foliage(random);
    const count = whole(random, 1, 3);
    const trees = times(
      count,
      (i): Prop => ({
        kind: 'tree',
        x: ((i + between(random, 0.2, 0.8)) * 64) / count,
        y: horizon + between(random, 1, 4),
        size: between(random, 10, 14),
        colour: leaves,
      }),
    );
    return {
      sky: shade(random, '#8fd0f7', '#c9ecff'),
      ground: shade(random, '#59b548', '#93d05a'),
      horizon,
      props: [...sun(random, 0.3), ...clouds(random), ...pick(random, extras)(random, horizon), ...trees],
    };
  },
};
