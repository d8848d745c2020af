import { z } from 'zod';
import { whole } from './kinds.ts';

/** Where jobs are done, what they may take, and what they keep on the way. */
export interface JobSettings {
  /** Where bots and workers meet; absent: the bot does jobs itself. */
  readonly redisUrl?: string;
  /** The longest that jobs may take once they have begun, in seconds; by what others took where absent. */
  readonly timeLimits: { readonly teach?: number; readonly imagine?: number };
  readonly checkpointSeconds: number;
}

/** Each description ends the sentence "NAME must be …". */
export const jobFields = {
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe('an address that begins with redis:// or rediss://'),
  TEACH_MINUTES: whole(1, 10_000).optional().describe('a whole number from 1 to 10000'),
  IMAGINE_MINUTES: whole(1, 10_000).optional().describe('a whole number from 1 to 10000'),
  CHECKPOINT_SECONDS: whole(0, 3600).default(5).describe('a whole number from 0 to 3600'),
};

type JobData = { readonly [Name in keyof typeof jobFields]?: z.infer<(typeof jobFields)[Name]> | undefined };

/** Variables that were checked, as settings: minutes become seconds. */
export function jobsFrom(data: JobData): JobSettings {
  const { REDIS_URL, TEACH_MINUTES, IMAGINE_MINUTES, CHECKPOINT_SECONDS = 5 } = data;
  return {
    ...(REDIS_URL !== undefined && { redisUrl: REDIS_URL }),
    timeLimits: {
      ...(TEACH_MINUTES !== undefined && { teach: TEACH_MINUTES * 60 }),
      ...(IMAGINE_MINUTES !== undefined && { imagine: IMAGINE_MINUTES * 60 }),
    },
    checkpointSeconds: CHECKPOINT_SECONDS,
  };
}
