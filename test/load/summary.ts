import type { Memory } from './memory.ts';

export interface Summary {
  readonly commands: number;
  /** Milliseconds until the platform had the first answer. */
  readonly acknowledged: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Acknowledged later than the platform waits, or never. */
  readonly late: number;
  /** Without an answer in the end. */
  readonly lost: number;
  /** First answers that came a second time, and answers that are there twice. */
  readonly twice: number;
  readonly memory?: Memory;
}

/** How long Discord and Slack wait, in milliseconds. */
const patience = 3000;
/** More than what a process holds moves by itself, garbage left out. */
const mostGrowth = 1.2;

/** What was seen of a run. */
export interface Seen {
  /** For each command the milliseconds until the first answer; undefined where there was none. */
  readonly waited: readonly (number | undefined)[];
  readonly lost: number;
  readonly twice: number;
}

export function summarize({ waited, lost, twice }: Seen): Summary {
  const known = waited.filter((milliseconds) => milliseconds !== undefined).toSorted((a, b) => a - b);
  return {
    commands: waited.length,
    acknowledged: { p50: percentile(known, 50), p99: percentile(known, 99), max: percentile(known, 100) },
    late: waited.length - known.filter((milliseconds) => milliseconds <= patience).length,
    lost,
    twice,
  };
}

/**
 * What was promised and is not so, a sentence each. Memory is what is held once garbage was collected: what is resident grows for
 * minutes before Node asks for any of it back.
 */
export function brokenPromises({ late, lost, twice, memory }: Summary): readonly string[] {
  const { half, answered } = memory?.held ?? {};
  const growth = half && answered ? answered / half : 1;
  return [
    ...(late > 0 ? [`${late} commands were acknowledged after 3 s or never.`] : []),
    ...(lost > 0 ? [`${lost} commands were never answered.`] : []),
    ...(twice > 0 ? [`${twice} commands were answered twice.`] : []),
    ...(growth > mostGrowth
      ? [`The memory that is held grew by the factor ${growth.toFixed(2)} in the second half.`]
      : []),
  ];
}

/** The value that so many per cent of the sorted values do not exceed; 0 where there are none. */
function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;
}
