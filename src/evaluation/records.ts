import { z } from 'zod';

const percent = z.number();
const seconds = z.number().nonnegative();
const whole = z.int().nonnegative();
const token = z.string();
/** Before anything was taught, and now. */
const beforeAndNow = z.strictObject({ base: percent, taught: percent });

/** What teaching one concept took. */
export const lessonRecord = z.strictObject({
  /** That of the code that did it; null where it was no clone. */
  commit: z.string().nullable(),
  token,
  classWord: z.string(),
  seed: whole,
  seconds,
  steps: whole,
  neurons: whole,
  overlap: z.number().optional(),
  lossFirst: z.number(),
  lossLast: z.number(),
  /** Of the concept's file. */
  bytes: whole,
});
export type LessonRecord = z.infer<typeof lessonRecord>;

/** How pictures of one concept were. All in percent: see `alignment.ts` and `sought.ts`. */
export const conceptScore = z.strictObject({
  token,
  classWord: z.string(),
  clipI: percent,
  clipT: percent,
  /** Share of its own attributes that were found. */
  fidelity: percent,
  /** The same by attribute. */
  attributes: z.record(z.string(), percent),
  prompts: z.array(z.strictObject({ text: z.string(), clipI: percent, clipT: percent, fidelity: percent })),
});
export type ConceptScore = z.infer<typeof conceptScore>;

/** What became of prompts without tokens. */
export const driftScore = z.strictObject({
  /** Share of the attributes that the prompts name which was found. */
  fidelity: beforeAndNow,
  clipT: beforeAndNow,
  /** Mean cosine of a picture and the base model's from the same seed, in percent. */
  likeness: percent,
  prompts: z.array(
    z.strictObject({
      text: z.string(),
      sought: whole,
      base: whole,
      taught: whole,
      likeness: percent,
    }),
  ),
});
export type DriftScore = z.infer<typeof driftScore>;

/** How often a class word by itself shows the concept taught under it: share of its own attributes, the class aside. */
export const leakScore = z.strictObject({
  token,
  classWord: z.string(),
  share: beforeAndNow,
  /** Share of pictures that show all of them. */
  all: beforeAndNow,
});
export type LeakScore = z.infer<typeof leakScore>;

/** How pictures of several concepts together were. */
export const multiScore = z.strictObject({
  text: z.string(),
  tokens: z.array(token),
  /** Mean over its concepts. */
  clipI: percent,
  clipT: percent,
  /** Mean over its concepts of the share of their attributes found where they belong. */
  fidelity: percent,
  /** That of the concept which fared worst in a picture, averaged over pictures. */
  worst: percent,
  concepts: z.array(z.strictObject({ token, fidelity: percent })),
});
export type MultiScore = z.infer<typeof multiScore>;

/** Everything measured after one lesson. */
export const stopRecord = z.strictObject({
  commit: z.string().nullable(),
  /** Concepts taught by now. */
  taught: whole,
  seconds,
  /** What composing them took, beside the model itself. */
  composing: z.strictObject({ bytes: whole, seconds }),
  concepts: z.array(conceptScore),
  /** At checkpoints. */
  drift: driftScore.optional(),
  leaks: z.array(leakScore).optional(),
  /** After the last lesson. */
  multi: z.array(multiScore).optional(),
});
export type StopRecord = z.infer<typeof stopRecord>;

/** How prompts of the taught concepts are answered without any teaching. */
export const boundRecord = z.strictObject({
  commit: z.string().nullable(),
  concepts: z.array(conceptScore),
  /** By order, the first first: prompts of several concepts go after the order in which they are taught. */
  multi: z.array(z.array(multiScore)),
});
export type BoundRecord = z.infer<typeof boundRecord>;

/** One method's way through one order. */
export interface StreamRecord {
  readonly method: string;
  readonly order: number;
  readonly lessons: readonly LessonRecord[];
  readonly stops: readonly StopRecord[];
}
