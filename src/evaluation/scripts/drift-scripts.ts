import {
  captionsFor,
  type EvaluationConcept,
  namedIn,
  sampleDrawing,
  seededRandom,
} from '../../world/index.ts';
import { type Sought, soughtIn } from '../sought.ts';

/** A prompt without tokens, and what it names. */
export interface DriftScript {
  readonly text: string;
  readonly sought: readonly Sought[];
}

const captionSeed = 4711;

/**
 * Captions of the training world, every other one with the class word of a concept, each class word as often as the
 * others. The same count gives the same ones; those that name nothing are left out.
 */
export function driftScripts(concepts: readonly EvaluationConcept[], count: number): readonly DriftScript[] {
  const classWords = [...new Set(concepts.map(({ classWord }) => classWord))];
  const random = seededRandom(captionSeed);
  const scripts = new Map<string, DriftScript>();
  while (scripts.size < count) {
    const wanted = scripts.size % 2 === 0 ? classWords[(scripts.size / 2) % classWords.length] : undefined;
    const text = captionsFor(sampleDrawing(random), random);
    const sought = soughtIn(namedIn(text));
    if (sought.length === 0 || (wanted !== undefined && !text.split(' ').includes(wanted))) continue;
    scripts.set(text, { text, sought });
  }
  return [...scripts.values()];
}
