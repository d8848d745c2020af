import { readModelFolder } from '../../../src/diffusion/model-folder.ts';
import { orderedConcepts, stopsOf } from '../../../src/evaluation/plan.ts';
import { inPaperOrder } from '../../../src/evaluation/print.ts';
import type { EvaluationSettings } from '../../../src/evaluation/settings.ts';
import { evaluationConcepts } from '../../../src/pretrain/world/index.ts';
import type { ProviderSetting } from '../../../src/runtime/provider.ts';
import { commitHash } from '../commit.ts';
import { duration, progressLine } from '../progress-line.ts';
import { isThere, readStream } from './archive.ts';
import { claimFolder, type Fingerprint, hashOfFolder } from './fingerprint.ts';
import {
  basePictures,
  type Job,
  type JobContext,
  type Listener,
  type StreamJob,
  sheetPictures,
} from './job.ts';
import { eachSideBySide, runInChild } from './processes.ts';
import { writeReport } from './report.ts';
import { workAt } from './work.ts';

export interface EvaluationOptions {
  /** Everything goes here; what is there already is not done again. */
  readonly out: string;
  /** Folders of the base model, of a CLIP and of an attribute reader. */
  readonly model: string;
  readonly clip: string;
  readonly reader: string;
  readonly methods: readonly string[];
  readonly settings: EvaluationSettings;
  /** What was typed, for the report. */
  readonly command: string;
  readonly provider: ProviderSetting;
  readonly signal: AbortSignal;
  /** Processes side by side, a thread each. */
  readonly processes?: number;
  /** Module that opens CLIP and reader; a seam for tests. */
  readonly judges?: URL;
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
  const progress = watch(streams.length * workOf(settings));
  const run = (job: Job, ending: AbortSignal) => runInChild(job, context, progress.listener, ending);
  let reporting: Promise<string | undefined> = Promise.resolve(undefined);
  const report = () => {
    reporting = reporting.then(() => writeReport({ out, methods, fingerprint, command }));
    return reporting;
  };
  try {
    const base = (['drift', 'classes'] as const).map((what): Job => ({ kind: 'base', what }));
    const missing: Job[] = [];
    for (const job of base)
      if (job.kind === 'base' && !(await isThere(basePictures(out, job.what)))) missing.push(job);
    await eachSideBySide(missing, processes, signal, run);
    await eachSideBySide(streams, processes, signal, async (job, ending) => {
      await run(job, ending);
      await report();
    });
  } finally {
    progress.clear();
  }
  return (await report()) ?? '';
}

async function fingerprintOf({ settings, model, clip, reader }: EvaluationOptions): Promise<Fingerprint> {
  return {
    ...settings,
    model: (await readModelFolder(model)).id,
    clip: await hashOfFolder(clip, 'clip'),
    reader: await hashOfFolder(reader, 'reader'),
  };
}

function contextOf(options: EvaluationOptions): JobContext {
  const { out, model, clip, reader, settings, provider, judges } = options;
  const opened = judges ?? new URL('./judges.ts', import.meta.url);
  return { out, model, clip, reader, settings, provider, commit: commitHash(), judges: opened.href };
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
    if (!drawn || !(await readStream(out, stream, concepts))) left.push(stream);
  }
  return left;
}

/** The work of one stream; that of the base model's pictures is too little to count. */
function workOf(settings: EvaluationSettings): number {
  return stopsOf(orderedConcepts(evaluationConcepts(), settings, 1), settings)
    .map((stop) => workAt(stop, settings))
    .reduce((sum, { lesson, measures }) => sum + lesson + measures, 0);
}

/** Shows how far all work is, and how long the rest will take at the pace of this run. */
function watch(total: number): { readonly listener: Listener; clear(): void } {
  const line = progressLine('eval');
  const since = performance.now();
  let [found, done] = [0, 0];
  return {
    listener: {
      onDone(work, doing) {
        done += work;
        const elapsed = (performance.now() - since) / 1000;
        const left = Math.max(0, total - found - done) * (elapsed / done);
        line.update((found + done) / total, `${doing}; ${duration(left)} left`);
      },
      onFound(work) {
        found += work;
      },
    },
    clear: () => line.clear(),
  };
}
