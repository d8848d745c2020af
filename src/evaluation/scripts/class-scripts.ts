import { type EvaluationConcept, sampleSubject, seededRandom } from '../../world/index.ts';
import { soughtOf, withoutClass } from '../concept-attributes.ts';
import type { Sought } from '../sought.ts';
import { plainWording } from '../wording.ts';
import { partOf, staged } from './script.ts';

/** Prompts for anything of a concept's class, and what of the concept itself their pictures had better not show. */
export interface ClassScript {
  readonly concept: EvaluationConcept;
  readonly texts: readonly string[];
  readonly sought: Sought;
}

const texts: Readonly<Record<EvaluationConcept['particular']['of'], readonly string[]>> = {
  subject: ['a X', 'a photo of a X'],
  hat: ['a photo of a X', 'a dog wearing a X'],
  scarf: ['a photo of a X', 'a dog wearing a X'],
  ball: ['a photo of a X', 'a dog playing with a X'],
  style: ['a picture X', 'a dog X'],
  scene: ['a dog X', 'a lighthouse X'],
};

/** What a concept's class word is judged by. Concepts of one class have the same prompts. */
export function classScript(concept: EvaluationConcept): ClassScript {
  const { kind, particular } = concept;
  const named = kind === 'subject' ? plainWording.thing : plainWording[kind === 'style' ? 'style' : 'place'];
  const random = seededRandom(1);
  const figure = { subject: sampleSubject(random, 'dog'), ...partOf(concept) };
  const drawing = staged(
    {
      figures: [figure],
      place: kind === 'scene' ? concept : undefined,
      style: kind === 'style' ? concept : undefined,
    },
    random,
  );
  return {
    concept,
    texts: texts[particular.of].map((text) => text.replace('X', named(concept))),
    sought: withoutClass(soughtOf(concept, drawing)),
  };
}

/** The prompts of all the concepts, each once. */
export function classTexts(concepts: readonly EvaluationConcept[]): readonly string[] {
  return [...new Set(concepts.flatMap((concept) => classScript(concept).texts))];
}
