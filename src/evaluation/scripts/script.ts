import type { Uniform } from '../../random.ts';
import {
  type Drawing,
  type EvaluationConcept,
  type Figure,
  figureOf,
  type SceneKind,
  type StyleKind,
  sampleScene,
  styles,
} from '../../world/index.ts';
import type { Sought } from '../sought.ts';
import type { Wording } from '../wording.ts';

/** A prompt, and what its picture should show. */
export interface Script {
  /** The prompt, its concepts named in one wording or another. */
  text(say: Wording): string;
  readonly sought: readonly Sought[];
  /** One of many true drawings of what the prompt asks for, its concepts as they are. */
  drawing(random: Uniform): Drawing;
}

/** What a drawing is made of that shows what a prompt asks for; what is not given is sampled, a plain style if none. */
export interface Staging {
  readonly figures: readonly Partial<Figure>[];
  readonly place?: SceneKind | EvaluationConcept | undefined;
  readonly style?: StyleKind | EvaluationConcept | undefined;
}

/** A drawing to read off what a picture should show. */
export function staged({ figures, place = 'park', style = 'plain' }: Staging, random: Uniform): Drawing {
  return {
    figures: figures.map((parts) => figureOf(random, parts)),
    scene: typeof place === 'string' ? sampleScene(random, place) : sceneOf(place, random),
    style: typeof style === 'string' ? { kind: style, ...styles[style].sample(random) } : styleOf(style),
  };
}

/** The same in any place, where none is given. */
export function stagedAnywhere(staging: Staging, random: Uniform): Drawing {
  return staged({ ...staging, place: staging.place ?? sampleScene(random).kind }, random);
}

function sceneOf({ particular, token }: EvaluationConcept, random: Uniform): Drawing['scene'] {
  if (particular.of !== 'scene') throw new RangeError(`${token} is no scene`);
  return particular.scene.sample(random);
}

function styleOf({ particular, token }: EvaluationConcept): Drawing['style'] {
  if (particular.of !== 'style') throw new RangeError(`${token} is no style`);
  return particular.style;
}

/** What a concept is of a figure; nothing where it is a style or a scene. */
export function partOf({ particular }: EvaluationConcept): Partial<Figure> {
  switch (particular.of) {
    case 'subject':
      return { subject: particular.subject };
    case 'hat':
      return { hat: particular.hat };
    case 'scarf':
    case 'ball':
      return { [particular.of]: particular.thing };
    default:
      return {};
  }
}
