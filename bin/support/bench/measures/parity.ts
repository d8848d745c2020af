import { join } from 'node:path';
import { passes } from '../../../../src/parity/check.ts';
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
    comparisons: comparisons.map(({ subject, outcome }) => ({ subject, ...outcome })),
  };
}) satisfies Measure;

export default parity;
