import { type Comparison, type Outcome, passes, tolerance } from './check.ts';

/** One aligned line a comparison: what, the largest relative error, whether it passes, and why not. */
export function parityTable(comparisons: readonly Comparison[]): string {
  const widest = Math.max(...comparisons.map(({ subject }) => subject.length));
  return comparisons
    .map(({ subject, outcome }) => `${subject.padEnd(widest)}  ${columns(outcome).join('  ')}`.trimEnd())
    .join('\n');
}

function columns(outcome: Outcome): readonly string[] {
  switch (outcome.kind) {
    case 'compared':
      return [outcome.error.toExponential(1).padStart(8), passes(outcome) ? 'pass' : 'FAIL'];
    case 'failed':
      return [''.padStart(8), 'FAIL', outcome.reason];
    case 'skipped':
      return [''.padStart(8), '–   ', outcome.reason];
  }
}

/** One sentence about all of them. */
export function paritySummary(comparisons: readonly Comparison[]): string {
  const skipped = comparisons.filter(({ outcome }) => outcome.kind === 'skipped').length;
  const wrong = comparisons.filter(({ outcome }) => !passes(outcome)).length;
  const verdict =
    wrong === 0
      ? `All ${comparisons.length - skipped} comparisons are within ${tolerance}`
      : `${wrong} of ${comparisons.length - skipped} comparisons are not within ${tolerance}`;
  return skipped === 0 ? verdict : `${verdict}; ${skipped} could not be made`;
}
