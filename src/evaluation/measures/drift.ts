import type { Shot } from '../../diffusion/draw-each.ts';
import { clipT, cosine } from '../../judges/alignment.ts';
import type { Judged } from '../../judges/judges.ts';
import { mean } from '../../numbers.ts';
import type { EvaluationConcept } from '../../world/index.ts';
import type { DriftScore } from '../records.ts';
import { type DriftScript, driftScripts } from '../scripts/drift-scripts.ts';
import type { EvaluationSettings } from '../settings.ts';
import { findIn, shareFound } from '../sought.ts';
import { drawn, type MeasureParts, seeds, shotsOf } from './parts.ts';

type DriftParts = Pick<MeasureParts, 'draw' | 'judges' | 'settings'>;

/** A picture of each prompt without tokens. */
export function driftShots(
  concepts: readonly EvaluationConcept[],
  { driftPrompts }: Pick<EvaluationSettings, 'driftPrompts'>,
): readonly Shot[] {
  const texts = driftScripts(concepts, driftPrompts).map(({ text }) => text);
  return shotsOf(texts, 1, seeds.drift);
}

/**
 * How far what prompts without tokens draw has moved.
 * @param concepts all that the evaluation teaches, whose class words are among the prompts
 * @param base what the base model drew of {@link driftShots}
 */
export async function measureDrift(
  parts: DriftParts,
  concepts: readonly EvaluationConcept[],
  base: readonly Judged[],
): Promise<DriftScore> {
  const scripts = driftScripts(concepts, parts.settings.driftPrompts);
  const texts = await parts.judges.encoder.textEmbeddings(scripts.map(({ text }) => text));
  const taught = await drawn(parts, driftShots(concepts, parts.settings));
  const prompts = scripts.map((script, i) => comparisonOf(script, base[i] as Judged, taught[i] as Judged));
  const share = (who: 'base' | 'taught') =>
    shareFound(prompts.map((prompt) => ({ sought: prompt.sought, found: prompt[who] })));
  const textAlignment = (pictures: readonly Judged[]) =>
    mean(pictures.map(({ embedding }, i) => clipT(embedding, texts[i] as Float32Array)));
  return {
    fidelity: { base: share('base'), taught: share('taught') },
    clipT: { base: textAlignment(base), taught: textAlignment(taught) },
    likeness: mean(prompts.map(({ likeness }) => likeness)),
    prompts,
  };
}

function comparisonOf({ text, sought }: DriftScript, base: Judged, taught: Judged) {
  const found = ({ reading }: Judged) => findIn(reading, sought).flat().length;
  return {
    text,
    sought: sought.reduce((sum, { attributes }) => sum + Object.keys(attributes).length, 0),
    base: found(base),
    taught: found(taught),
    likeness: 100 * cosine(base.embedding, taught.embedding),
  };
}
