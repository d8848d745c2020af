import type { Metrics } from '../../src/monitoring/metrics.ts';
import { serveMonitor } from '../../src/monitoring/server.ts';
import type { Settings } from '../../src/settings.ts';

/** What a process is doing, for whoever asks whether it is ready. */
export type Phase = 'starting' | 'running' | 'stopping';

export interface Watched {
  readonly metrics: Metrics;
  readonly engine: { readonly ready: boolean };
  phase(): Phase;
}

/** Answers on the port that the settings say, where they say one, and prints where. Returns how to stop that. */
export async function openMonitor(
  { monitoring }: Settings,
  { metrics, engine, phase }: Watched,
): Promise<() => Promise<void>> {
  if (!monitoring) return async () => {};
  const unready = () => {
    if (phase() !== 'running') return `Keepsake is ${phase()}.`;
    return engine.ready ? undefined : 'The drawing engine is starting.';
  };
  const { host } = monitoring;
  const { port, close } = await serveMonitor({ ...monitoring, metrics, unready });
  console.log(`How it does is told at http://${host.includes(':') ? `[${host}]` : host}:${port}/metrics`);
  return close;
}
