import { duration, progressLine } from '../progress-line.ts';
import type { Listener } from './job.ts';

/**
 * Shows how far all work is, and how long the rest will take at the pace of this run.
 * @param total in the units of `work.ts`
 */
export function watch(title: string, total: number): { readonly listener: Listener; clear(): void } {
  const line = progressLine(title);
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
