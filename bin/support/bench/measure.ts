import { type Model, openModel } from '../../../src/diffusion/model.ts';
import { median } from '../../../src/numbers.ts';
import { runtimeFromEnvironment } from '../../../src/runtime/environment.ts';

export interface MeasureOptions {
  /** Folder of the base model. */
  readonly model: string;
  /** How often each thing is timed. */
  readonly runs: number;
  /** Pictures at a time, where that is what is looked at. */
  readonly batch: number;
  /** Height and width of a U-Net's latents, where it is measured alone. */
  readonly side?: number;
  /** Steps of a drawing, where a measure lets them be chosen. */
  readonly drawingSteps?: number;
  /** Training steps of a teach; the method's own number where absent. */
  readonly teachSteps?: number;
}

/** One thing to measure, the default export of a file in `measures/`, in a process of its own. The result is plain JSON. */
export type Measure = (options: MeasureOptions) => Promise<object>;

/** Times of equal runs, in seconds. */
export interface Timing {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly runs: number;
}

/** Times several actions in turn, so that a machine that slows down slows all of them; each is run once before. */
export async function timeInTurn(
  runs: number,
  actions: readonly (() => Promise<unknown>)[],
): Promise<readonly Timing[]> {
  const seconds = actions.map((): number[] => []);
  for (let run = -1; run < runs; run++) {
    for (const [index, action] of actions.entries()) {
      const since = performance.now();
      await action();
      if (run >= 0) seconds[index]?.push((performance.now() - since) / 1000);
    }
  }
  return seconds.map(timingOf);
}

/** As {@link timeInTurn}, of one action. */
export async function time(runs: number, action: () => Promise<unknown>): Promise<Timing> {
  return (await timeInTurn(runs, [action]))[0] as Timing;
}

/** Of seconds in any order, one at least. */
export function timingOf(seconds: readonly number[]): Timing {
  return {
    median: median(seconds),
    least: Math.min(...seconds),
    most: Math.max(...seconds),
    runs: seconds.length,
  };
}

/** The model on the runtime that the settings choose. */
export async function openMeasured(folder: string): Promise<Model> {
  const { runtime } = await runtimeFromEnvironment(process.env);
  return openModel(runtime, folder);
}

/** The most memory this process has had resident so far, in bytes. */
export function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** Times a step of so many pictures at a time: its seconds and the process's peak of memory, both by the picture too. */
export async function timeStep(batch: number, runs: number, step: () => Promise<unknown>): Promise<object> {
  const seconds = await time(runs, step);
  const bytes = peakBytes();
  return {
    batch,
    seconds,
    secondsPerPicture: seconds.median / batch,
    peakBytes: bytes,
    peakBytesPerPicture: Math.round(bytes / batch),
  };
}
