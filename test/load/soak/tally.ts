import { type Growth, grown } from './growth.ts';

/** What became of an answer that was to come. */
export type Ending =
  /** With pictures or files. */
  | { readonly kind: 'done' }
  /** In words alone: what was asked, or why not. */
  | { readonly kind: 'told'; readonly sentence: string }
  /** Told to send the command again, since it was stopped before it was accepted. */
  | { readonly kind: 'sent back' };

/** A command or a pressed button, as the one who asked saw it. */
export interface Seen {
  /** The command, or that it was a button. */
  readonly what: string;
  /** Whether it was shown to wait or to be done: then it was accepted. */
  readonly accepted: boolean;
  /** The endings of all answers to it; none while it is awaited. */
  readonly endings: readonly Ending[];
}

export interface Tally {
  readonly commands: number;
  readonly accepted: number;
  /** Of those that were accepted, with pictures or files as their result. */
  readonly done: number;
  /** Of those that were accepted, with words as their result; how often by the sentence, numbers left out. */
  readonly told: Readonly<Record<string, number>>;
  /** Not accepted, and answered. */
  readonly answered: number;
  /** Stopped by a kill before they were accepted. */
  readonly sentBack: number;
  /** What was asked of those that were accepted and have no result, with how they ended instead. */
  readonly lost: readonly string[];
  /** With more than one result. */
  readonly twice: number;
}

export function tallyOf(seen: readonly Seen[]): Tally {
  const results = ({ endings }: Seen) => endings.filter(({ kind }) => kind !== 'sent back');
  const accepted = seen.filter((one) => one.accepted);
  const others = seen.filter((one) => !one.accepted);
  const withResult = (some: readonly Seen[]) => some.filter((one) => results(one).length > 0);
  const done = accepted.filter(({ endings }) => endings.some(({ kind }) => kind === 'done'));
  const told: Record<string, number> = {};
  for (const { endings } of accepted.filter((one) => !done.includes(one))) {
    const first = endings.find((ending) => ending.kind === 'told');
    if (!first) continue;
    const sentence = first.sentence.replace(/\d+/g, 'N');
    told[sentence] = (told[sentence] ?? 0) + 1;
  }
  return {
    commands: seen.length,
    accepted: accepted.length,
    done: done.length,
    told,
    answered: withResult(others).length,
    sentBack: others.length - withResult(others).length,
    lost: accepted
      .filter((one) => results(one).length === 0)
      .map(({ what, endings }) => `${what}: ${endings.length > 0 ? 'sent back' : 'no answer'}`),
    twice: seen.filter((one) => results(one).length > 1).length,
  };
}

/** What was promised and is not so, a sentence each. */
export function brokenPromises(
  { lost, twice }: Pick<Tally, 'lost' | 'twice'>,
  growth: Readonly<Record<string, Growth | undefined>>,
): readonly string[] {
  return [
    ...(lost.length > 0 ? [`${lost.length} accepted jobs have no result.`] : []),
    ...(twice > 0 ? [`${twice} jobs have more than one result.`] : []),
    ...Object.entries(growth).flatMap(([name, one]) => grown(name, one)),
  ];
}
