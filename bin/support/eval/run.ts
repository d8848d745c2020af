import { inPaperOrder } from '../../../src/evaluation/print.ts';
import type { EvaluationSettings } from '../../../src/evaluation/settings.ts';
import { isThere, readStream } from './archive.ts';
import { contextOf, type EvaluationPlace, fingerprintOf } from './context.ts';
import { claimFolder } from './fingerprint.ts';
import { type Job, missingBase, type StreamJob, sheetPictures, streamFolder } from './job.ts';
import { eachSideBySide, runInChild } from './processes.ts';
import { watch } from './progress.ts';
import { writeReport } from './report.ts';
import { streamWork } from './work.ts';

export interface EvaluationOptions extends EvaluationPlace {
  readonly methods: readonly string[];
  /** What was typed, for the report. */
  readonly command: string;
  readonly signal: AbortSignal;
  /** Processes side by side, a thread each. */
  readonly processes?: number;
}

/**
 * Teaches and measures all methods, as far as earlier runs have not, and writes the report. Returns its tables. Raises
 * what goes wrong.
 */
export async function runEvaluation(options: EvaluationOptions): Promise<string> {
  const { out, settings, methods, command, signal, processes = 2 } = options;
  const fingerprint = await fingerprintOf(options);
  await claimFolder(out, fingerprint);
  const context = contextOf(options);
  const streams = await unfinished(out, streamsOf(methods, settings), settings);
  const progress = watch('eval', streams.length * streamWork(settings));
  const run = (job: Job, ending: AbortSignal) => runInChild(job, context, progress.listener, ending);
  let reporting: Promise<string | undefined> = Promise.resolve(undefined);
  const report = () => {
    reporting = reporting.then(() => writeReport({ out, methods, fingerprint, command }));
    return reporting;
  };
  try {
    await eachSideBySide(await missingBase(out), processes, signal, run);
    await eachSideBySide(streams, processes, signal, async (job, ending) => {
      await run(job, ending);
      await report();
    });
  } finally {
    progress.clear();
  }
  return (await report()) ?? '';
}

/** One order of all methods after another, so that an early report has every method. */
function streamsOf(methods: readonly string[], { orders }: EvaluationSettings): readonly StreamJob[] {
  return Array.from({ length: orders }, (_, i) => i + 1).flatMap((order) =>
    inPaperOrder(methods).map((method) => ({ kind: 'stream', method, order }) as const),
  );
}

/** Those that are not through, or have not drawn their row of the sheet. */
async function unfinished(
  out: string,
  streams: readonly StreamJob[],
  { concepts }: EvaluationSettings,
): Promise<readonly StreamJob[]> {
  const left: StreamJob[] = [];
  for (const stream of streams) {
    const drawn = stream.order !== 1 || (await isThere(sheetPictures(out, stream)));
    if (!drawn || !(await readStream(streamFolder(out, stream), concepts))) left.push(stream);
  }
  return left;
}
