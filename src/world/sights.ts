import type { Scene } from './drawing.ts';
import type { PropKind } from './kinds.ts';

/** What captions call the things of a scene that can be named. */
export const sights = {
  tree: 'trees',
  fir: 'trees',
  fence: 'a fence',
  pond: 'a pond',
  flower: 'flowers',
  path: 'a path',
  palm: 'a palm tree',
  umbrella: 'an umbrella',
  boat: 'a boat',
  sun: 'the sun',
  moon: 'the moon',
  crescent: 'the moon',
  star: 'stars',
  cactus: 'cacti',
  trunk: 'trees',
  toadstool: 'mushrooms',
} as const satisfies Partial<Record<PropKind, string>>;

const plurals: ReadonlySet<string> = new Set(['trees', 'cacti']);

const isNamed = (kind: PropKind): kind is keyof typeof sights => kind in sights;

/** The things of a scene by name, each once; a single tree is not "trees", nor a single cactus "cacti". */
export function sightsOf(scene: Scene): readonly string[] {
  const kinds = scene.props.map((prop) => prop.kind).filter(isNamed);
  const plural = (kind: PropKind) => kinds.filter((other) => other === kind).length > 1;
  return [
    ...new Set(
      kinds.filter((kind) => !plurals.has(sights[kind]) || plural(kind)).map((kind) => sights[kind]),
    ),
  ];
}
