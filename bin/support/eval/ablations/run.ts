import { type Ablations, keyOf, settingsOf } from '../../../../src/evaluation/ablation.ts';
import { readStream } from '../archive.ts';
import { contextOf, type EvaluationPlace, fingerprintOf } from '../context.ts';
import { claimFolder } from '../fingerprint.ts';
import { type Job, missingBase, type VariantJob, variantFolder } from '../job.ts';
import { eachSideBySide, runInChild } from '../processes.ts';
import { watch } from '../progress.ts';
import { streamWork } from '../work.ts';
import { type AblationReport, writeAblationReport } from './report.ts';

export interface AblationOptions extends EvaluationPlace {
  /** All that the report tells of. */
  readonly ablations: Ablations;
  /** Names of those that are run; of the others the report tells what earlier runs measured. */
  readonly only: readonly string[];
  /** What was typed, for the report. */
  readonly command: string;
  readonly signal: AbortSignal;
  /** Processes side by side, a thread each. */
  readonly processes?: number;
}

/**
 * Teaches and measures every variant of the ablations, as far as earlier runs have not, each once however many ablations
 * ask for it, and writes the report. Raises what goes wrong.
 */
export async function runAblations(options: AblationOptions): Promise<AblationReport> {
  const { out, settings, ablations, only, command, signal, processes = 2 } = options;
  const fingerprint = await fingerprintOf(options);
  await claimFolder(out, fingerprint);
  const context = contextOf(options);
  const jobs = await unfinished(out, variantJobs(ablations, only), settings.concepts);
  const progress = watch('eval:cns', jobs.length * streamWork(settings));
  const run = (job: Job, ending: AbortSignal) => runInChild(job, context, progress.listener, ending);
  let reporting = Promise.resolve<AblationReport | undefined>(undefined);
  const report = () => {
    const written = reporting.then(() => writeAblationReport({ out, ablations, fingerprint, command }));
    reporting = written;
    return written;
  };
  try {
    await eachSideBySide(await missingBase(out), processes, signal, run);
    await eachSideBySide(jobs, processes, signal, async (job, ending) => {
      await run(job, ending);
      await report();
    });
  } finally {
    progress.clear();
  }
  return report();
}

/** Each different variant of those named once, labelled as the first ablation that asks for it does. */
export function variantJobs(ablations: Ablations, only: readonly string[]): readonly VariantJob[] {
  const jobs = new Map<string, VariantJob>();
  for (const name of only) {
    for (const variant of ablations.get(name)?.variants ?? []) {
      const key = keyOf(variant);
      const label = `${name}: ${variant.label}`;
      if (!jobs.has(key)) jobs.set(key, { kind: 'variant', key, label, ...settingsOf(variant) });
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
