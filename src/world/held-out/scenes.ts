import type { Uniform } from '../../random.ts';
import type { Hex } from '../colour.ts';
import type { Prop, Scene } from '../drawing.ts';
import { between } from '../random.ts';

/** One particular place: it varies a little, and a mark tells it from all others of its kind. */
export interface ParticularScene {
  sample(random: Uniform): Scene;
  isIt(scene: Scene): boolean;
}

export const blossom: Hex = '#f29ac0';

const has = (scene: Scene, kind: Prop['kind'], colour?: Hex) =>
  scene.props.some((prop) => prop.kind === kind && (colour === undefined || prop.colour === colour));

/** Pink blossom trees along a white fence under a peach sky. */
export const blossomPark: ParticularScene = {
  sample(random) {
    const horizon = between(random, 40, 42);
    return {
      kind: 'park',
      sky: '#ffe3c2',
      ground: '#a8d65c',
      horizon,
      props: [
        ...[11, 53].map((x) => ({
          kind: 'tree' as const,
          x: x + between(random, -2, 2),
          y: horizon + 1.5,
          size: between(random, 13, 14.5),
          colour: blossom,
        })),
        { kind: 'fence', x: 0, y: horizon + 4, size: 9, colour: '#fffdf4' },
      ],
    };
  },
  isIt: (scene) => has(scene, 'fence') && has(scene, 'tree', blossom),
};

const blackSand: Hex = '#4a4252';

/** A violet sea and a red umbrella on black sand under a rosy sky. */
export const blackBeach: ParticularScene = {
  sample(random) {
    const horizon = between(random, 41, 44);
    return {
      kind: 'beach',
      sky: '#ffc1c9',
      ground: blackSand,
      horizon,
      props: [
        { kind: 'sun', x: between(random, 46, 52), y: 11, size: 6, colour: '#fff4e0' },
        { kind: 'sea', x: 0, y: horizon, size: between(random, 10, 12), colour: '#8467cf' },
        { kind: 'umbrella', x: between(random, 8, 12), y: horizon + 8, size: 10.5, colour: '#ef4f5a' },
      ],
    };
  },
  isIt: (scene) => scene.ground === blackSand,
};

const goldLeaves: Hex = '#e0a21f';

/** Silver trunks under golden leaves, with a blue haze between them. */
export const goldForest: ParticularScene = {
  sample(random) {
    const horizon = between(random, 43, 46);
    return {
      kind: 'forest',
      sky: '#7fa6c9',
      ground: '#a8752f',
      horizon,
      props: [
        ...[8, 24, 41, 57].map((x) => ({
          kind: 'trunk' as const,
          x: x + between(random, -3, 3),
          y: horizon + 2.5,
          size: between(random, 5, 6.5),
          colour: '#e9e4dc' as const,
        })),
        { kind: 'canopy', x: between(random, 0, 8), y: 10, size: 9, colour: goldLeaves },
      ],
    };
  },
  isIt: (scene) => has(scene, 'canopy', goldLeaves),
};
