import type { Ablations, SettledVariant } from '../../../../src/evaluation/ablation.ts';
import { readStream } from '../archive.ts';
import { type VariantJob, variantFolder } from '../job.ts';
import { type RunOptions, runJobs } from '../run-jobs.ts';
import { type AblationReport, writeAblationReport } from './report.ts';

export interface AblationOptions extends RunOptions {
  /** All that the report tells of. */
  readonly ablations: Ablations<SettledVariant>;
  /** Names of those that are run; of the others the report tells what earlier runs measured. */
  readonly only: readonly string[];
}

/**
 * Teaches and measures every variant of the ablations, as far as earlier runs have not, each once however many ablations
 * ask for it, and writes the report. Raises what goes wrong.
 */
export function runAblations(options: AblationOptions): Promise<AblationReport> {
  const { out, settings, ablations, only, command } = options;
  return runJobs(options, {
    title: 'eval:cns',
    unfinished: () => unfinished(out, variantJobs(ablations, only), settings.concepts),
    report: (fingerprint) => writeAblationReport({ out, ablations, fingerprint, command }),
  });
}

/** Each different variant of those named once, labelled as the first ablation that asks for it does. */
export function variantJobs(
  ablations: Ablations<SettledVariant>,
  only: readonly string[],
): readonly VariantJob[] {
  const jobs = new Map<string, VariantJob>();
  for (const name of only) {
    for (const { key, label, settings } of ablations.get(name)?.variants ?? [])
      if (!jobs.has(key)) jobs.set(key, { kind: 'variant', key, label: `${name}: ${label}`, ...settings });
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
