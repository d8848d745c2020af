import { setTimeout as pause } from 'node:timers/promises';

/** How long closing may take once what was being done has ended or was put off, in seconds. */
const closingSeconds = 10;

export interface Draining {
  /** For how long {@link drain} is waited for when the process is told to end by SIGTERM. */
  readonly seconds: number;
  /** Takes nothing new; resolves when what is being done has ended. */
  drain(): Promise<void>;
  /** Ends all that is left and lets go of everything. */
  close(): Promise<void>;
}

/**
 * Ends the process when it is told to: on SIGTERM after what is being done, within the given time; on Ctrl+C and SIGHUP, behind which a
 * person waits, at once. Exits with 0, or with 1 where closing takes longer than 10 s, and for whoever asks a second time.
 */
export function endOnSignals({ seconds, drain, close }: Draining): void {
  let stopping = false;
  const stop = async (patience: number) => {
    if (stopping) return process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), (patience + closingSeconds) * 1000).unref();
    await Promise.race([drain(), pause(patience * 1000)]);
    await close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop(seconds));
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
}
