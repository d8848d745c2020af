import type { Uniform } from '../../random.ts';
import {
  type ColourName,
  type EvaluationConcept,
  type Figure,
  type SceneKind,
  type SubjectKind,
  sampleHat,
  sampleSubject,
  sceneKinds,
  scenes,
  seededRandom,
} from '../../world/index.ts';
import { soughtOf } from '../concept-attributes.ts';
import { partOf, type Script, type Staging, staged, stagedAnywhere } from './script.ts';

/** A prompt for a concept; `X` is its name, `HERE` and `THERE` are places that teaching did not show. */
interface Line {
  readonly text: string;
  /** Whose picture it is, where that is not the concept itself. */
  readonly wearer?: SubjectKind;
  readonly wearerColour?: ColourName;
  readonly place?: 'here' | 'there';
  readonly hatColour?: ColourName;
  readonly style?: Staging['style'];
}

/**
 * Four prompts of each sort of concept: in places where it was not taught, with something that it was not taught with, and
 * in a style. All else in them are words that the base model knows.
 */
const lines = {
  subject: [
    { text: 'a X HERE', place: 'here' },
    { text: 'a photo of a X THERE', place: 'there' },
    { text: 'a X wearing a blue hat HERE', place: 'here', hatColour: 'blue' },
    { text: 'a X THERE in watercolour style', place: 'there', style: 'watercolour' },
  ],
  hat: [
    { text: 'a dog wearing a X HERE', wearer: 'dog', place: 'here' },
    { text: 'a photo of a cat wearing a X THERE', wearer: 'cat', place: 'there' },
    { text: 'a horse wearing a X in watercolour style', wearer: 'horse', style: 'watercolour' },
    { text: 'a X THERE', place: 'there' },
  ],
  scarf: [
    { text: 'a dog wearing a X HERE', wearer: 'dog', place: 'here' },
    { text: 'a photo of a cat wearing a X THERE', wearer: 'cat', place: 'there' },
    { text: 'a horse wearing a X in watercolour style', wearer: 'horse', style: 'watercolour' },
    { text: 'a X THERE', place: 'there' },
  ],
  ball: [
    { text: 'a dog playing with a X HERE', wearer: 'dog', place: 'here' },
    { text: 'a photo of a cat with a X THERE', wearer: 'cat', place: 'there' },
    { text: 'a horse next to a X in watercolour style', wearer: 'horse', style: 'watercolour' },
    { text: 'a X THERE', place: 'there' },
  ],
  style: [
    { text: 'a dog HERE X', wearer: 'dog', place: 'here' },
    { text: 'a picture of a lighthouse THERE X', wearer: 'lighthouse', place: 'there' },
    { text: 'a car X', wearer: 'car' },
    { text: 'a cat wearing a blue hat X', wearer: 'cat', hatColour: 'blue' },
  ],
  scene: [
    { text: 'a bird X', wearer: 'bird' },
    { text: 'a photo of a red car X', wearer: 'car', wearerColour: 'red' },
    { text: 'a cat wearing a blue hat X', wearer: 'cat', hatColour: 'blue' },
    { text: 'a house X in watercolour style', wearer: 'house', style: 'watercolour' },
  ],
} as const satisfies Record<EvaluationConcept['particular']['of'], readonly Line[]>;

/** What a single concept is judged by. */
export function conceptScripts(concept: EvaluationConcept): readonly Script[] {
  const taught = concept.drawings.map(({ scene }) => scene.kind);
  const [here, there] = sceneKinds.filter((kind) => !taught.includes(kind)) as [SceneKind, SceneKind];
  const places = { here, there };
  const at = (kind: SceneKind | undefined) => (kind === undefined ? '' : (scenes[kind].places[0] as string));
  return (lines[concept.particular.of] as readonly Line[]).map((line) => {
    const place = line.place && places[line.place];
    const staging = (random: Uniform) => stagingOf(concept, line, place, random);
    return {
      text: (say) => line.text.replace('X', () => named(concept, say)).replace(/HERE|THERE/, () => at(place)),
      sought: [soughtOf(concept, staged(staging(seededRandom(2)), seededRandom(1)))],
      drawing: (random) => stagedAnywhere(staging(random), random),
    };
  });
}

type Say = Parameters<Script['text']>[0];

function named(concept: EvaluationConcept, say: Say): string {
  if (concept.kind === 'style') return say.style(concept);
  return concept.kind === 'scene' ? say.place(concept) : say.thing(concept);
}

function stagingOf(
  concept: EvaluationConcept,
  { wearer, wearerColour, hatColour, style }: Line,
  place: SceneKind | undefined,
  random: Uniform,
): Staging {
  const figure: Partial<Figure> = {
    ...(wearer && {
      subject: sampled(
        () => sampleSubject(random, wearer),
        ({ body }) => body === (wearerColour ?? body),
      ),
    }),
    ...(hatColour && {
      hat: sampled(
        () => sampleHat(random),
        ({ colour }) => colour === hatColour,
      ),
    }),
    ...partOf(concept),
  };
  return {
    figures: [figure],
    place: concept.kind === 'scene' ? concept : place,
    style: concept.kind === 'style' ? concept : style,
  };
}

/** Sampled until one fits. */
function sampled<T>(sample: () => T, fits: (value: T) => boolean): T {
  for (;;) {
    const value = sample();
    if (fits(value)) return value;
  }
}
