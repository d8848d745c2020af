import { mean } from '../numbers.ts';
import type {
  BoundRecord,
  ConceptScore,
  LeakScore,
  MultiScore,
  StopRecord,
  StreamRecord,
} from './records.ts';
import { multiSizes } from './scripts/multi-scripts.ts';

/** How well prompts of the taught concepts are answered. Shares and alignments in percent. */
export interface PromptScores {
  /** Over all concepts. */
  readonly single: { readonly clipI: number; readonly clipT: number; readonly fidelity: number };
  /** Null where too few concepts were taught to combine any. */
  readonly multi: {
    readonly clipI: number;
    readonly clipT: number;
    /** By the number of concepts in a prompt. */
    readonly fidelity: Readonly<Record<string, number>>;
    readonly worst: Readonly<Record<string, number>>;
  } | null;
}

/** One method's numbers, each the mean over its orders, those of {@link PromptScores} after the last lesson. */
export interface MethodRow extends PromptScores {
  readonly method: string;
  readonly orders: number;
  /** What composing all concepts takes. */
  readonly composing: { readonly bytes: number; readonly seconds: number };
  /** Each concept's fidelity right after its lesson and after the last one. */
  readonly forgetting: {
    readonly rightAfter: number;
    readonly atLast: number;
    /** Of the concept taught first. */
    readonly first: { readonly rightAfter: number; readonly atLast: number };
    /** The most that a concept lost, averaged over orders; negative where all gained. */
    readonly mostLost: number;
  };
  readonly drift: {
    readonly base: number;
    readonly taught: number;
    readonly likeness: number;
  };
  readonly leaks: { readonly base: number; readonly taught: number; readonly mostGained: number };
  /** Of a lesson and a concept's file. */
  readonly teaching: { readonly seconds: number; readonly bytes: number };
}

/** A method's numbers out of its finished streams, one or more. */
export function rowOf(method: string, streams: readonly StreamRecord[]): MethodRow {
  const over = (of: (stream: StreamRecord) => number) => mean(streams.map(of));
  const last = streams.map(lastOf);
  const leak = (of: (score: LeakScore) => number) =>
    over((stream) => mean((lastOf(stream).leaks ?? []).map(of)));
  const changes = new Map(streams.map((stream) => [stream, changesIn(stream)]));
  const changed = (of: (change: Change) => number) =>
    over((stream) => mean((changes.get(stream) as readonly Change[]).map(of)));
  const first = (of: (change: Change) => number) =>
    over((stream) => of((changes.get(stream) as readonly Change[])[0] as Change));
  return {
    method,
    orders: streams.length,
    ...scoresOf(
      last.map(({ concepts }) => concepts),
      last.map(({ multi }) => multi ?? []),
    ),
    composing: {
      bytes: over((stream) => lastOf(stream).composing.bytes),
      seconds: over((stream) => lastOf(stream).composing.seconds),
    },
    forgetting: {
      rightAfter: changed(({ rightAfter }) => rightAfter),
      atLast: changed(({ atLast }) => atLast),
      first: { rightAfter: first(({ rightAfter }) => rightAfter), atLast: first(({ atLast }) => atLast) },
      mostLost: over((stream) =>
        Math.max(
          ...(changes.get(stream) as readonly Change[]).map(({ rightAfter, atLast }) => rightAfter - atLast),
        ),
      ),
    },
    drift: {
      base: over((stream) => lastOf(stream).drift?.fidelity.base ?? Number.NaN),
      taught: over((stream) => lastOf(stream).drift?.fidelity.taught ?? Number.NaN),
      likeness: over((stream) => lastOf(stream).drift?.likeness ?? Number.NaN),
    },
    leaks: {
      base: leak(({ share }) => share.base),
      taught: leak(({ share }) => share.taught),
      mostGained: over((stream) =>
        Math.max(...(lastOf(stream).leaks ?? []).map(({ share }) => share.taught - share.base)),
      ),
    },
    teaching: {
      seconds: over((stream) => mean(stream.lessons.map(({ seconds }) => seconds))),
      bytes: over((stream) => mean(stream.lessons.map(({ bytes }) => bytes))),
    },
  };
}

/** A concept's fidelity right after its lesson, and after the last. */
export interface Change {
  readonly token: string;
  readonly rightAfter: number;
  readonly atLast: number;
}

/** Every concept of a stream in the order in which they were taught. */
export function changesIn(stream: StreamRecord): readonly Change[] {
  return stream.lessons.map(({ token }, index) => ({
    token,
    rightAfter: fidelityOf(stream.stops[index] as StopRecord, token),
    atLast: fidelityOf(lastOf(stream), token),
  }));
}

/** Throws where it was not measured then. */
export function fidelityOf({ concepts, taught }: StopRecord, token: string): number {
  const score = concepts.find((one) => one.token === token);
  if (!score) throw new RangeError(`${token} was not measured after lesson ${taught}`);
  return score.fidelity;
}

/** What was measured after the last lesson of a stream. */
export function lastOf({ stops }: StreamRecord): StopRecord {
  return stops.at(-1) as StopRecord;
}

/**
 * What a method's numbers are held against.
 * @param orders those that the methods were measured in, 1 for the first
 */
export function boundOf({ concepts, multi }: BoundRecord, orders: readonly number[]): PromptScores {
  return scoresOf(
    [concepts],
    orders.map((order) => multi[order - 1] ?? []),
  );
}

/** Orders count the same however many concepts or prompts they have. */
function scoresOf(
  concepts: readonly (readonly ConceptScore[])[],
  multi: readonly (readonly MultiScore[])[],
): PromptScores {
  const single = (of: keyof PromptScores['single']) =>
    mean(concepts.map((scores) => mean(scores.map((score) => score[of]))));
  return {
    single: { clipI: single('clipI'), clipT: single('clipT'), fidelity: single('fidelity') },
    multi: multiOf(multi),
  };
}

function multiOf(measured: readonly (readonly MultiScore[])[]): PromptScores['multi'] {
  const scored = measured.filter((scores) => scores.length > 0);
  if (scored.length === 0) return null;
  const over = (of: (score: MultiScore) => number, kept: (score: MultiScore) => boolean = () => true) =>
    mean(
      scored
        .map((scores) => scores.filter(kept))
        .filter((own) => own.length > 0)
        .map((own) => mean(own.map(of))),
    );
  const sizes = multiSizes.filter((size) =>
    scored.some((scores) => scores.some(({ tokens }) => tokens.length === size)),
  );
  const bySize = (of: (score: MultiScore) => number) =>
    Object.fromEntries(sizes.map((size) => [size, over(of, ({ tokens }) => tokens.length === size)]));
  return {
    clipI: over(({ clipI }) => clipI),
    clipT: over(({ clipT }) => clipT),
    fidelity: bySize(({ fidelity }) => fidelity),
    worst: bySize(({ worst }) => worst),
  };
}
