import type { Shot } from '../diffusion/draw-each.ts';
import type { PixelImage } from '../pictures/image.ts';
import type { Uniform } from '../random.ts';
import {
  type EvaluationConcept,
  renderPixels,
  type SceneKind,
  sampleHat,
  sampleScene,
  sampleSubject,
  sampleThing,
  seededRandom,
  styles,
} from '../world/index.ts';
import { conceptScripts } from './scripts/concept-scripts.ts';
import { multiScripts } from './scripts/multi-scripts.ts';
import type { Script } from './scripts/script.ts';
import type { EvaluationSettings } from './settings.ts';
import type { Wording } from './wording.ts';

/** What is drawn where a prompt names a concept. */
export type Shown = (concept: EvaluationConcept, random: Uniform) => EvaluationConcept;

/** The concept itself: what a perfect method draws. */
export const itself: Shown = (concept) => concept;

/** Any other of its class, as the training world has them: what a method draws that has learned nothing. */
export const another: Shown = (concept, random) => ({ ...concept, particular: anyOther(concept, random) });

function anyOther(
  { particular, classWord }: EvaluationConcept,
  random: Uniform,
): EvaluationConcept['particular'] {
  switch (particular.of) {
    case 'subject':
      return { of: 'subject', subject: sampleSubject(random, particular.subject.kind) };
    case 'hat':
      return { of: 'hat', hat: sampleHat(random) };
    case 'scarf':
    case 'ball':
      return { of: particular.of, thing: sampleThing(random, particular.of) };
    case 'style': {
      const { kind } = particular.style;
      return { of: 'style', style: { kind, ...styles[kind].sample(random) } };
    }
    case 'scene':
      return {
        of: 'scene',
        scene: { sample: (from) => sampleScene(from, classWord as SceneKind), isIt: () => false },
      };
  }
}

/** What {@link createTrueDraw} draws with. */
export interface TrueDrawing {
  /** All that prompts name, in the order in which they are taught. */
  readonly concepts: readonly EvaluationConcept[];
  readonly shown: Shown;
  readonly say: Wording;
  readonly settings: Pick<EvaluationSettings, 'multiPrompts' | 'seed'>;
  /** Width and height of a picture. */
  readonly pixels: number;
}

/**
 * Draws what the evaluation's prompts of one and of several concepts ask for by the world's own rules, in place of a
 * model; a shot always gives the same picture. Throws where a prompt is none of these.
 */
export function createTrueDraw({ concepts, shown, say, settings, pixels }: TrueDrawing) {
  return (shots: readonly Shot[]): Promise<readonly PixelImage[]> =>
    Promise.all(
      shots.map(({ prompt, seed }) => {
        const random = seededRandom(seed);
        const present = concepts.map((concept) => shown(concept, random));
        return renderPixels(scriptOf(prompt, present).drawing(random), pixels);
      }),
    );

  function scriptOf(prompt: string, present: readonly EvaluationConcept[]): Script {
    const isIt = ({ text }: Script) => text(say) === prompt;
    const script = present.flatMap(conceptScripts).find(isIt) ?? multiScripts(present, settings).find(isIt);
    if (!script) throw new RangeError(`No concept is asked for by "${prompt}"`);
    return script;
  }
}
