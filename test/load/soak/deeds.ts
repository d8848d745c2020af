import type { Random } from '../../../src/random.ts';

/** What somebody sets out to do. `which` of the things that there are then is a share of them, in [0, 1). */
export type Deed =
  | { readonly kind: 'teach' | 'export' }
  | { readonly kind: 'forget' | 'cancel' | 'again'; readonly which: number }
  | { readonly kind: 'ask'; readonly line: string }
  | { readonly kind: 'imagine'; readonly which: number; readonly steps: number; readonly count: number };

export interface Plan {
  readonly deed: Deed;
  /** What is waited for afterwards, in milliseconds. */
  readonly pause: number;
}

const questions = ['/queue', '/concepts', '/help', '/privacy'];

/** Mostly pictures; now and then a lesson, something to be forgotten or taken along, a question, or a change of mind. */
export function plan(random: Random): Plan {
  const [what, which] = [random.uniform(), random.uniform()];
  const [steps, count] = [1 + random.integer(8), 2 + random.integer(3)];
  const line = questions[random.integer(questions.length)]!;
  const pause = 1000 + random.uniform() * 6000;
  return { deed: deedOf(what, { which, steps, count, line }), pause };
}

function deedOf(
  what: number,
  {
    which,
    steps,
    count,
    line,
  }: Readonly<Record<'which' | 'steps' | 'count', number>> & { readonly line: string },
): Deed {
  if (what < 0.06) return { kind: 'teach' };
  if (what < 0.13) return { kind: 'forget', which };
  if (what < 0.18) return { kind: 'cancel', which };
  if (what < 0.24) return { kind: 'again', which };
  if (what < 0.26) return { kind: 'export' };
  if (what < 0.34) return { kind: 'ask', line };
  return { kind: 'imagine', which, steps, count };
}
