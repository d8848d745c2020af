import type { ProgressView } from '../commands/bot/progress.ts';
import { createPace, type Pace } from './pace.ts';

/** Shows how far a job is, at a {@link createPace | pace}. A preview that there was no time for comes with what is shown next. */
export function createProgressPace(
  milliseconds: number | (() => number),
  show: (view: ProgressView) => Promise<void>,
): Pace<ProgressView> {
  return createPace(milliseconds, show, ({ preview }, newest) =>
    preview && !newest.preview ? { ...newest, preview } : newest,
  );
}
