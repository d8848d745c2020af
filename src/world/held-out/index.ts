import type { Drawing, Figure, Hat, Style, Subject, Thing } from '../drawing.ts';
import type { ThingKind } from '../kinds.ts';
import { blackBeach, blossomPark, goldForest, type ParticularScene } from './scenes.ts';
import * as styles from './styles.ts';
import * as subjects from './subjects.ts';
import * as things from './things.ts';

/** One thing that only teaching shows. */
export type Particular =
  | { readonly of: 'subject'; readonly subject: Subject }
  | { readonly of: 'hat'; readonly hat: Hat }
  | { readonly of: ThingKind; readonly thing: Thing }
  | { readonly of: 'style'; readonly style: Style }
  | { readonly of: 'scene'; readonly scene: ParticularScene };

/** Ways of painting, and places, by their names. */
export const particularStyles: Readonly<Record<keyof typeof styles, Style>> = { ...styles };
export const particularScenes = { blossomPark, blackBeach, goldForest } as const satisfies Record<
  string,
  ParticularScene
>;

/** The training world never shows these, nor anything that could be taken for them. */
export const particulars: readonly Particular[] = [
  ...Object.values(subjects).map((subject) => ({ of: 'subject', subject }) as const),
  { of: 'hat', hat: things.stripedTopHat },
  { of: 'hat', hat: things.stripedPartyHat },
  { of: 'scarf', thing: things.stripedScarf },
  { of: 'ball', thing: things.spottedBall },
  ...Object.values(particularStyles).map((style) => ({ of: 'style', style }) as const),
  ...Object.values(particularScenes).map((scene) => ({ of: 'scene', scene }) as const),
];

/** Without a pattern the second colour is not seen, and the accent tells two coats apart. */
function sameCoat(a: Subject, b: Subject): boolean {
  const alike = a.kind === b.kind && a.body === b.body && a.pattern === b.pattern;
  return alike && (a.pattern === 'plain' ? a.accent === b.accent : a.second === b.second);
}

function sameHat(a: Hat, b: Hat): boolean {
  return a.kind === b.kind && a.striped === b.striped && a.colour === b.colour && a.trim === b.trim;
}

function sameThing(a: Thing, b: Thing): boolean {
  return a.pattern === b.pattern && a.colour === b.colour && a.trim === b.trim;
}

function has(figure: Figure, particular: Particular): boolean {
  switch (particular.of) {
    case 'subject':
      return figure.subject !== null && sameCoat(figure.subject, particular.subject);
    case 'hat':
      return figure.hat !== null && sameHat(figure.hat, particular.hat);
    case 'scarf':
    case 'ball': {
      const thing = figure[particular.of];
      return thing !== null && sameThing(thing, particular.thing);
    }
    default:
      return false;
  }
}

/** Whether the drawing shows the particular thing, or what could be taken for it. */
export function shows({ figures, scene, style }: Drawing, particular: Particular): boolean {
  if (particular.of === 'scene') return particular.scene.isIt(scene);
  if (particular.of !== 'style') return figures.some((figure) => has(figure, particular));
  const { kind, paper, ink } = particular.style;
  return style.kind === kind && style.paper === paper && style.ink === ink;
}

/** Whether a drawing shows what only teaching may show. */
export function isHeldOut(drawing: Drawing): boolean {
  return particulars.some((particular) => shows(drawing, particular));
}
