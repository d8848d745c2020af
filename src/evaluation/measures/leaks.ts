import type { Shot } from '../../diffusion/draw-each.ts';
import type { Judged } from '../../judges/judges.ts';
import { mean } from '../../numbers.ts';
import type { EvaluationConcept } from '../../world/index.ts';
import type { LeakScore } from '../records.ts';
import { classScript, classTexts } from '../scripts/class-scripts.ts';
import type { EvaluationSettings } from '../settings.ts';
import { findIn, type Sought, shareFound, tallyOf } from '../sought.ts';
import { drawn, type MeasureParts, seeds, shotsOf } from './parts.ts';

/** The same shots whether of all class words or of some: a prompt's seeds go after its place among all. */
export function classShots(
  all: readonly EvaluationConcept[],
  { classPictures }: Pick<EvaluationSettings, 'classPictures'>,
  some = all,
): readonly Shot[] {
  const wanted = new Set(classTexts(some));
  return shotsOf(classTexts(all), classPictures, seeds.classes).filter(({ prompt }) => wanted.has(prompt));
}

/**
 * How much of the concepts taught so far shows where only their class is asked for, before teaching and now.
 * @param all that the evaluation teaches
 * @param base what the base model drew of {@link classShots} of all
 */
export async function measureLeaks(
  parts: Pick<MeasureParts, 'draw' | 'judges' | 'settings'>,
  all: readonly EvaluationConcept[],
  sofar: readonly EvaluationConcept[],
  base: readonly Judged[],
): Promise<LeakScore[]> {
  const shots = classShots(all, parts.settings, sofar);
  const before = byPrompt(classShots(all, parts.settings), base);
  const now = byPrompt(shots, await drawn(parts, shots));
  return sofar.map((concept) => {
    const { texts, sought } = classScript(concept);
    const scored = (pictures: ReadonlyMap<string, readonly Judged[]>) =>
      leakIn(
        sought,
        texts.flatMap((text) => pictures.get(text) as readonly Judged[]),
      );
    const [was, is] = [scored(before), scored(now)];
    return {
      token: concept.token,
      classWord: concept.classWord,
      share: { base: was.share, taught: is.share },
      all: { base: was.all, taught: is.all },
    };
  });
}

function byPrompt(
  shots: readonly Shot[],
  pictures: readonly Judged[],
): ReadonlyMap<string, readonly Judged[]> {
  const pairs = shots.map(({ prompt }, i) => ({ prompt, picture: pictures[i] as Judged }));
  return new Map(
    [...Map.groupBy(pairs, ({ prompt }) => prompt)].map(([prompt, own]) => [
      prompt,
      own.map(({ picture }) => picture),
    ]),
  );
}

function leakIn(sought: Sought, pictures: readonly Judged[]) {
  const found = pictures.map(({ reading }) => findIn(reading, [sought])[0] as readonly string[]);
  const { length } = Object.keys(sought.attributes);
  return {
    share: shareFound([tallyOf(sought, found)]),
    all: 100 * mean(found.map((names) => Number(names.length === length))),
  };
}
