import type { Metrics } from '../../src/monitoring/metrics.ts';
import { serveMonitor } from '../../src/monitoring/server.ts';
import type { Settings } from '../../src/settings/settings.ts';

/** What a process is doing, for whoever asks whether it is ready. */
export type Phase = 'starting' | 'running' | 'stopping';

export interface Watched {
  readonly metrics: Metrics;
  /** Why it does nothing now although it runs, a sentence. */
  unready(): string | undefined;
  phase(): Phase;
}

/** Answers on the port that the settings say, where they say one, and prints where. Returns how to stop that. */
export async function openMonitor(
  { monitoring }: Settings,
  { metrics, unready, phase }: Watched,
): Promise<() => Promise<void>> {
  if (!monitoring) return async () => {};
  const { host } = monitoring;
  const { port, close } = await serveMonitor({
    ...monitoring,
    metrics,
    unready: () => (phase() === 'running' ? unready() : `Keepsake is ${phase()}.`),
  });
  console.log(`How it does is told at http://${host.includes(':') ? `[${host}]` : host}:${port}/metrics`);
  return close;
}
