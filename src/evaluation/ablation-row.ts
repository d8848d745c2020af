import { mean } from '../numbers.ts';
import type { StreamRecord } from './records.ts';
import { type MethodRow, rowOf } from './summary.ts';

/** A variant's numbers. */
export interface AblationRow extends MethodRow {
  /** Mean number of a lesson's neurons. */
  readonly neurons: number;
  /** Mean share of the base neurons that were general too, in percent; null where none were chosen. */
  readonly overlap: number | null;
}

/** A variant's numbers out of its finished stream. */
export function ablationRowOf(stream: Pick<StreamRecord, 'lessons' | 'stops'>): AblationRow {
  const overlaps = stream.lessons.flatMap(({ overlap }) => overlap ?? []);
  return {
    ...rowOf('cns', [{ method: 'cns', order: 1, ...stream }]),
    neurons: mean(stream.lessons.map(({ neurons }) => neurons)),
    overlap: overlaps.length === 0 ? null : 100 * mean(overlaps),
  };
}
