import type { FakeDiscord } from '../fakes/discord/index.ts';
import type { FakeInteraction } from '../fakes/discord/world.ts';

export interface Summary {
  readonly commands: number;
  /** Milliseconds until Discord had the first answer. */
  readonly acknowledged: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Acknowledged later than Discord waits, or never. */
  readonly late: number;
  /** Without an answer in the end. */
  readonly lost: number;
  /** First answers that came a second time, and answers that are there twice. */
  readonly twice: number;
  readonly memory?: Readonly<Record<string, number | null>>;
}

/** How long Discord waits, in milliseconds. */
const patience = 3000;
/** More than the memory of a process that keeps nothing moves by itself. */
const mostGrowth = 1.2;

export function summarize(
  { world, wire }: Pick<FakeDiscord, 'world' | 'wire'>,
  sent: readonly FakeInteraction[],
  unanswered: readonly FakeInteraction[],
): Summary {
  const waited = sent
    .flatMap(({ createdAt, acknowledgedAt }) =>
      acknowledgedAt === undefined ? [] : [acknowledgedAt - createdAt],
    )
    .toSorted((a, b) => a - b);
  const ids = new Set(sent.map(({ id }) => id));
  const callbacks = wire.sent('POST', /\/callback$/).map(({ path }) => path.split('/')[2]!);
  const messages = [...world.messages.values()].flatMap(({ interaction }) => interaction ?? []);
  return {
    commands: sent.length,
    acknowledged: { p50: percentile(waited, 50), p99: percentile(waited, 99), max: percentile(waited, 100) },
    late: sent.length - waited.filter((milliseconds) => milliseconds <= patience).length,
    lost: unanswered.length,
    twice: repeated(callbacks, ids) + repeated(messages, ids),
  };
}

/** What was promised and is not so, a sentence each. */
export function brokenPromises({ late, lost, twice, memory = {} }: Summary): readonly string[] {
  const { half, answered } = memory;
  const growth = half && answered ? answered / half : 1;
  return [
    ...(late > 0 ? [`${late} commands were acknowledged after 3 s or never.`] : []),
    ...(lost > 0 ? [`${lost} commands were never answered.`] : []),
    ...(twice > 0 ? [`${twice} commands were answered twice.`] : []),
    ...(growth > mostGrowth ? [`Memory grew by the factor ${growth.toFixed(2)} in the second half.`] : []),
  ];
}

/** The value that so many per cent of the sorted values do not exceed; 0 where there are none. */
function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;
}

function repeated(ids: readonly string[], among: ReadonlySet<string>): number {
  const own = ids.filter((id) => among.has(id));
  return own.length - new Set(own).size;
}
