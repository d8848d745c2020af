import { contextOf, type EvaluationPlace, fingerprintOf } from './context.ts';
import { claimFolder, type Fingerprint } from './fingerprint.ts';
import { type Job, missingBase } from './job.ts';
import { eachSideBySide, runInChild } from './processes.ts';
import { watch } from './progress.ts';
import { jobWork } from './work.ts';

/** How an evaluation is run. */
export interface RunOptions extends EvaluationPlace {
  /** As the report names it; see `placeOf`. */
  readonly command: string;
  readonly signal: AbortSignal;
  /** Whether what other judges have measured in the folder is to be measured anew by these. */
  readonly judgeAnew?: boolean;
  /** Processes side by side, a thread each. */
  readonly processes: number;
}

/** What an evaluation does. */
export interface Work<Report> {
  /** That of its progress. */
  readonly title: string;
  /** The jobs that earlier runs have not finished. */
  unfinished(): Promise<readonly Job[]>;
  /** Tells of all that is finished. */
  report(fingerprint: Fingerprint): Promise<Report>;
}

/**
 * Does all jobs, in processes side by side, and reports after each of them and at the end, never twice at a time. Returns
 * the last report. Raises what goes wrong.
 */
export async function runJobs<Report>(options: RunOptions, work: Work<Report>): Promise<Report> {
  const { out, settings, signal, judgeAnew = false, processes } = options;
  const fingerprint = await fingerprintOf(options);
  await claimFolder(out, fingerprint, judgeAnew);
  const context = contextOf(options);
  const jobs = await work.unfinished();
  const total = jobs.reduce((sum, job) => sum + jobWork(job, settings), 0);
  const progress = watch(work.title, total);
  const run = (job: Job, ending: AbortSignal) => runInChild(job, context, progress.listener, ending);
  let reporting: Promise<unknown> = Promise.resolve();
  const report = () => {
    const written = reporting.then(() => work.report(fingerprint));
    reporting = written;
    return written;
  };
  try {
    if (jobs.some(({ kind }) => kind !== 'bound'))
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
