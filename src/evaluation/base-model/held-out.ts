import type { Uniform } from '../../random.ts';
import {
  captionsFor,
  type Drawing,
  namedIn,
  sampleDrawing,
  sampleParticularDrawing,
  seededRandom,
} from '../../world/index.ts';
import { type Sought, soughtIn } from '../sought.ts';

/**
 * Seeds of drawings that no training has seen. The generator goes round in one circle of numbers, in which every seed is
 * a place: on their way from a seed up to 128 to one of these, or back, are 24 million numbers, and a drawing takes 54.
 */
export const heldOutSeeds = { drawings: 880_050, particulars: 880_051, prompts: 880_052 } as const;

/** Drawings of the training world. The first ones are the same for any count. */
export function heldOutDrawings(count: number): readonly Drawing[] {
  return sampled(count, heldOutSeeds.drawings, sampleDrawing);
}

/** Drawings of what only teaching shows: the reader must know it, the model must not. */
export function heldOutParticulars(count: number): readonly Drawing[] {
  return sampled(count, heldOutSeeds.particulars, sampleParticularDrawing);
}

function sampled(count: number, seed: number, sample: (random: Uniform) => Drawing): readonly Drawing[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => sample(random));
}

/** A caption of a held-out drawing, what it names, and the drawing. */
export interface PromptScript {
  readonly text: string;
  readonly sought: readonly Sought[];
  readonly drawing: Drawing;
}

/** Captions as they come, but for those that name nothing. The first ones are the same for any count. */
export function promptScripts(count: number): readonly PromptScript[] {
  const random = seededRandom(heldOutSeeds.prompts);
  const scripts: PromptScript[] = [];
  while (scripts.length < count) {
    const drawing = sampleDrawing(random);
    const text = captionsFor(drawing, random);
    const sought = soughtIn(namedIn(text));
    if (sought.length > 0) scripts.push({ text, sought, drawing });
  }
  return scripts;
}
