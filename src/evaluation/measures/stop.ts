import type { Judged } from '../../judges/judges.ts';
import type { EvaluationConcept } from '../../world/index.ts';
import type { Stop } from '../plan.ts';
import type { ConceptScore, StopRecord } from '../records.ts';
import { measureConcept } from './concepts.ts';
import { measureDrift } from './drift.ts';
import { measureLeaks } from './leaks.ts';
import { measureMulti } from './multi.ts';
import type { MeasureParts } from './parts.ts';

/** What the base model drew of `driftShots` and `classShots`. */
export interface BaseJudged {
  readonly drift: readonly Judged[];
  readonly classes: readonly Judged[];
}

/**
 * Everything that a stop measures.
 * @param all that the evaluation teaches, in their own order
 * @param base asked for at checkpoints alone
 */
export async function measureStop(
  parts: MeasureParts,
  { measured, checkpoint, last }: Stop,
  all: readonly EvaluationConcept[],
  base: () => Promise<BaseJudged>,
): Promise<Omit<StopRecord, 'commit' | 'taught' | 'composing'>> {
  const since = performance.now();
  const seconds = () => (performance.now() - since) / 1000;
  const concepts: ConceptScore[] = [];
  for (const concept of measured) concepts.push(await measureConcept(parts, concept));
  if (!checkpoint) return { concepts, seconds: seconds() };
  const { drift, classes } = await base();
  return {
    concepts,
    drift: await measureDrift(parts, all, drift),
    leaks: await measureLeaks(parts, all, measured, classes),
    ...(last && { multi: await measureMulti(parts, measured) }),
    seconds: seconds(),
  };
}
