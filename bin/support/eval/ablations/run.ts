import { type Ablations, keyOf, settingsOf } from '../../../../src/evaluation/ablation.ts';
import type { CnsOptions } from '../../../../src/personalize/methods/cns.ts';
import { readStream } from '../archive.ts';
import { type VariantJob, variantFolder } from '../job.ts';
import { type RunOptions, runJobs } from '../run-jobs.ts';
import { type AblationReport, writeAblationReport } from './report.ts';

export interface AblationOptions extends RunOptions {
  /** All that the report tells of. */
  readonly ablations: Ablations;
  /** Names of those that are run; of the others the report tells what earlier runs measured. */
  readonly only: readonly string[];
  /** What the product does with the model. */
  readonly product: CnsOptions;
}

/**
 * Teaches and measures every variant of the ablations, as far as earlier runs have not, each once however many ablations
 * ask for it, and writes the report. Raises what goes wrong.
 */
export function runAblations(options: AblationOptions): Promise<AblationReport> {
  const { out, settings, ablations, only, product, command } = options;
  return runJobs(options, {
    title: 'eval:cns',
    unfinished: () => unfinished(out, variantJobs(ablations, only, product), settings.concepts),
    report: (fingerprint) => writeAblationReport({ out, ablations, product, fingerprint, command }),
  });
}

/** Each different variant of those named once, labelled as the first ablation that asks for it does. */
export function variantJobs(
  ablations: Ablations,
  only: readonly string[],
  product?: CnsOptions,
): readonly VariantJob[] {
  const jobs = new Map<string, VariantJob>();
  for (const name of only) {
    for (const variant of ablations.get(name)?.variants ?? []) {
      const key = keyOf(variant, product);
      const label = `${name}: ${variant.label}`;
      if (!jobs.has(key)) jobs.set(key, { kind: 'variant', key, label, ...settingsOf(variant, product) });
    }
  }
  return [...jobs.values()];
}

async function unfinished(
  out: string,
  jobs: readonly VariantJob[],
  concepts: number,
): Promise<readonly VariantJob[]> {
  const left: VariantJob[] = [];
  for (const job of jobs) if (!(await readStream(variantFolder(out, job), concepts))) left.push(job);
  return left;
}
