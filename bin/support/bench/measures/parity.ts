import { join } from 'node:path';
import { type Outcome, passes } from '../../../../src/parity/check.ts';
import { compareWithReference } from '../../../../src/parity/parity.ts';
import { readReference } from '../../../../src/parity/reference.ts';
import { paritySummary } from '../../../../src/parity/table.ts';
import { type Measure, openMeasured } from '../measure.ts';

/** A model with a `reference.safetensors` beside it, held against that on the provider and in the precision of the settings. */
const parity = (async ({ model: folder }) => {
  const model = await openMeasured(folder);
  const comparisons = await compareWithReference(
    model,
    await readReference(join(folder, 'reference.safetensors')),
  );
  await model.release();
  return {
    passes: comparisons.every(({ outcome }) => passes(outcome)),
    summary: paritySummary(comparisons),
    /** The largest relative error; null where a comparison could not be made. */
    largest: largestError(comparisons.map(({ outcome }) => outcome)),
    comparisons: comparisons.map(({ subject, outcome }) => ({ subject, ...outcome })),
  };
}) satisfies Measure;

function largestError(outcomes: readonly Outcome[]): number | null {
  if (outcomes.some(({ kind }) => kind === 'failed')) return null;
  return Math.max(...outcomes.map((outcome) => (outcome.kind === 'compared' ? outcome.error : 0)));
}

export default parity;
