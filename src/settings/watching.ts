import { z } from 'zod';
import { whole } from './kinds.ts';

const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** How a process is watched, and how it ends. */
export interface WatchingSettings {
  /** Where it is told how this process does; absent: nowhere. */
  readonly monitoring?: { readonly host: string; readonly port: number };
  /** For how long what is being done may go on once the process is told to end. */
  readonly drainSeconds: number;
  readonly logLevel: (typeof logLevels)[number];
  /** Whether what people typed may stand in the log. */
  readonly logText: boolean;
}

/** The variables. Each description ends the sentence "NAME must be …". */
export const watchingFields = {
  METRICS_PORT: whole(0, 65_535).optional().describe('a whole number from 0 to 65535'),
  METRICS_HOST: z
    .union([z.hostname(), z.ipv4(), z.ipv6()])
    .default('127.0.0.1')
    .describe('a host name or an address'),
  DRAIN_SECONDS: whole(0, 3600).default(20).describe('a whole number from 0 to 3600'),
  LOG_LEVEL: z
    .enum(logLevels)
    .default('info')
    .describe(`one of ${logLevels.join(', ')}`),
  LOG_TEXT: z.enum(['no', 'yes']).default('no').describe('yes or no'),
};

const schema = z.object(watchingFields);

export function watchingFrom({
  METRICS_HOST: host,
  METRICS_PORT: port,
  DRAIN_SECONDS: drainSeconds,
  LOG_LEVEL: logLevel,
  LOG_TEXT: logText,
}: z.infer<typeof schema>): WatchingSettings {
  return {
    ...(port !== undefined && { monitoring: { host, port } }),
    drainSeconds,
    logLevel,
    logText: logText === 'yes',
  };
}
