import { inPaperOrder } from '../../../src/evaluation/print.ts';
import type { EvaluationSettings } from '../../../src/evaluation/settings.ts';
import { isThere, readStream } from './archive.ts';
import { missingBounds, type StreamJob, sheetPictures, streamFolder } from './job.ts';
import { writeReport } from './report.ts';
import { type RunOptions, runJobs } from './run-jobs.ts';

export interface EvaluationOptions extends RunOptions {
  readonly methods: readonly string[];
}

/**
 * Teaches and measures all methods, as far as earlier runs have not, and writes the report. Returns its tables. Raises
 * what goes wrong.
 */
export async function runEvaluation(options: EvaluationOptions): Promise<string> {
  const { out, settings, methods, command } = options;
  const table = await runJobs(options, {
    title: 'eval',
    unfinished: async () => [
      ...(await missingBounds(out)),
      ...(await unfinished(out, streamsOf(methods, settings), settings)),
    ],
    report: (fingerprint) => writeReport({ out, methods, fingerprint, command }),
  });
  return table ?? '';
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
