import { z } from 'zod';
import type { PlatformRecords } from '../../model-store/store.ts';

/** Work whose time can be foretold from that of others. */
export interface Work {
  /** Equal for work that takes the same time for its size: its kind, the base model and the method. */
  readonly like: string;
  /** What its time grows with: the steps of all pictures of a drawing, 1 for a lesson. */
  readonly size: number;
}

/** How long work takes, by what was measured of others like it. */
export interface Paces {
  /** To be awaited before anything is foretold. */
  known(): Promise<void>;
  /** Undefined as long as nothing like it has been measured. */
  seconds(work: Work): number | undefined;
  /** Never rejects: what cannot be kept is measured anew after a restart. */
  learn(work: Work, seconds: number): Promise<void>;
}

/** How many recent times of a like are learnt from. */
const mostTimes = 20;
/** How many likes are remembered: those measured last. */
const mostLikes = 50;

const recordName = 'paces';
const timeSchema = z.object({ size: z.number().positive(), seconds: z.number().nonnegative() });
const keptSchema = z.array(z.tuple([z.string(), z.array(timeSchema).min(1).max(mostTimes)])).max(mostLikes);

/** @param records where they are kept through a restart; without, they are forgotten with the process */
export function createPaces(records?: Pick<PlatformRecords, 'read' | 'write'>): Paces {
  const times = new Map<string, readonly z.infer<typeof timeSchema>[]>();
  let loaded: Promise<void> | undefined;

  const load = async () => {
    const read = keptSchema.safeParse(await records?.read(recordName).catch(() => undefined));
    for (const [like, measured] of read.data ?? []) times.set(like, measured);
  };
  const known = () => {
    loaded ??= load();
    return loaded;
  };

  return {
    known,

    seconds({ like, size }) {
      const measured = times.get(like);
      if (!measured) return undefined;
      const sum = (of: 'size' | 'seconds') => measured.reduce((total, one) => total + one[of], 0);
      return (sum('seconds') / sum('size')) * size;
    },

    async learn({ like, size }, seconds) {
      await known();
      const measured = [...(times.get(like) ?? []), { size, seconds }].slice(-mostTimes);
      times.delete(like);
      times.set(like, measured);
      for (const oldest of [...times.keys()].slice(0, -mostLikes)) times.delete(oldest);
      await records?.write(recordName, [...times]).catch(() => {});
    },
  };
}
