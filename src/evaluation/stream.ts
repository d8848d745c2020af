import { median } from '../numbers.ts';
import type { Composition } from '../personalize/compose.ts';
import type { ConceptWeights } from '../personalize/concept-file.ts';
import type { Stop } from './plan.ts';
import type { LessonRecord, StopRecord } from './records.ts';

/** What teaching one concept gave. */
export interface Taught {
  readonly concept: ConceptWeights;
  readonly record: Omit<LessonRecord, 'bytes' | 'commit'>;
}

/** What is kept of one method's way through one order, each thing under the position of its lesson. */
export interface StreamArchive {
  concept(position: number): Promise<ConceptWeights | undefined>;
  keepConcept(position: number, taught: Taught): Promise<void>;
  isMeasured(position: number): Promise<boolean>;
  keepMeasures(position: number, measures: Omit<StopRecord, 'commit'>): Promise<void>;
}

/** What a stream does, a seam for tests. */
export interface StreamParts {
  readonly archive: StreamArchive;
  /** Makes the model of all concepts known so far. */
  compose(known: readonly ConceptWeights[]): Promise<Composition>;
  teach(stop: Stop, known: readonly ConceptWeights[], composition: Composition): Promise<Taught>;
  measure(stop: Stop, composition: Composition): Promise<Omit<StopRecord, 'commit' | 'taught' | 'composing'>>;
  /** Hears of every lesson and measurement that is found done already. */
  onFound(stop: Stop, what: 'lesson' | 'measures'): void;
}

/**
 * Teaches one concept after another and measures where the stops say so. What the archive has is not done again, and
 * every lesson and measurement is kept as soon as it is done. Returns all that was taught.
 */
export async function runStream(
  stops: readonly Stop[],
  parts: StreamParts,
): Promise<readonly ConceptWeights[]> {
  const { archive } = parts;
  let known: readonly ConceptWeights[] = [];
  let composed: Promise<Composition> | undefined;
  const composition = () => {
    composed ??= parts.compose(known);
    return composed;
  };
  for (const stop of stops) {
    const { position } = stop;
    const found = await archive.concept(position);
    if (found) parts.onFound(stop, 'lesson');
    const concept = found ?? (await lesson(stop, known, await composition(), parts));
    known = [...known, concept];
    composed = undefined;
    if (await archive.isMeasured(position)) {
      parts.onFound(stop, 'measures');
      continue;
    }
    const { cost } = await composition();
    const composing = position === stops.length ? await timedAgain(cost, known, parts) : cost;
    const measures = await parts.measure(stop, await composition());
    await archive.keepMeasures(position, { ...measures, taught: position, composing });
  }
  return known;
}

/** How often composing is timed after the last lesson, where it takes any time. */
const timings = 5;

/** The same with the median of its seconds: a machine that has other work for a moment would decide a single timing. */
async function timedAgain(
  cost: Composition['cost'],
  known: readonly ConceptWeights[],
  { compose }: Pick<StreamParts, 'compose'>,
): Promise<Composition['cost']> {
  if (cost.seconds === 0) return cost;
  const seconds = [cost.seconds];
  while (seconds.length < timings) seconds.push((await compose(known)).cost.seconds);
  return { ...cost, seconds: median(seconds) };
}

async function lesson(
  stop: Stop,
  known: readonly ConceptWeights[],
  composition: Composition,
  { archive, teach }: StreamParts,
): Promise<ConceptWeights> {
  const taught = await teach(stop, known, composition);
  await archive.keepConcept(stop.position, taught);
  return taught.concept;
}
