import { createRandom, shuffled } from '../random.ts';
import type { EvaluationConcept } from '../world/index.ts';
import { classTexts } from './scripts/class-scripts.ts';
import { multiScripts } from './scripts/multi-scripts.ts';
import type { EvaluationSettings } from './settings.ts';

/** A lesson, and what is measured right after it. */
export interface Stop {
  /** 1 for the first lesson. */
  readonly position: number;
  readonly concept: EvaluationConcept;
  /** Concepts whose pictures are drawn now: the one just taught, or at a checkpoint all so far. */
  readonly measured: readonly EvaluationConcept[];
  /** Drift is measured here too. */
  readonly checkpoint: boolean;
  /** So are prompts of several concepts. */
  readonly last: boolean;
}

const promptsOfAConcept = 4;

/** The concepts in one of the orders in which they are taught, the first of which (1) is their own. */
export function orderedConcepts(
  all: readonly EvaluationConcept[],
  { concepts, tokens }: Pick<EvaluationSettings, 'concepts' | 'tokens'>,
  order: number,
): readonly EvaluationConcept[] {
  const named = tokens?.map((token) => all.find((concept) => concept.token === token) as EvaluationConcept);
  const own = named ?? all.slice(0, concepts);
  if (order === 1) return own;
  return shuffled(own, createRandom(order));
}

/** Every lesson of an order, with what follows it. */
export function stopsOf(
  concepts: readonly EvaluationConcept[],
  { checkpoints }: Pick<EvaluationSettings, 'checkpoints'>,
): readonly Stop[] {
  return concepts.map((concept, index) => {
    const position = index + 1;
    const last = position === concepts.length;
    const checkpoint = last || checkpoints.includes(position);
    return {
      position,
      concept,
      measured: checkpoint ? concepts.slice(0, position) : [concept],
      checkpoint,
      last,
    };
  });
}

/** Seed of a lesson: that of the chat for the first order, others for the rest. */
export function lessonSeed({ token }: Pick<EvaluationConcept, 'token'>, order: number): number {
  return 1000 * (order - 1) + Number(token.slice('<new'.length, -1));
}

/** How many pictures the prompts of one and of several concepts make, the latter in all orders. */
export function picturesOfPrompts(all: readonly EvaluationConcept[], settings: EvaluationSettings): number {
  const { orders, conceptPictures, multiPictures } = settings;
  const several = Array.from({ length: orders }, (_, i) => orderedConcepts(all, settings, i + 1)).map(
    (concepts) => multiScripts(concepts, settings).length * multiPictures,
  );
  return several.reduce((sum, count) => sum + count, settings.concepts * promptsOfAConcept * conceptPictures);
}

/** How many pictures are drawn at a stop. */
export function picturesAt({ measured, checkpoint, last }: Stop, settings: EvaluationSettings): number {
  const { conceptPictures, driftPrompts, classPictures, multiPictures } = settings;
  const own = measured.length * promptsOfAConcept * conceptPictures;
  const drift = checkpoint ? driftPrompts + classTexts(measured).length * classPictures : 0;
  return own + drift + (last ? multiScripts(measured, settings).length * multiPictures : 0);
}
