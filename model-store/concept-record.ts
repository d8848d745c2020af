import { z } from 'zod';
import { type Concept, tokenOf } from '../src/concept.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const text = z.string().max(2000);
const count = z.int().nonnegative();

const conceptSchema = z
  .strictObject({
    token: z.string(),
    number: z.int().positive(),
    classWord: text,
    kind: z.enum(['subject', 'style', 'scene']),
    label: text,
    description: text,
    taughtBy: text,
    taughtAt: z.iso.datetime(),
    blob: sha256,
    sample: sha256.exactOptional(),
    model: text,
    method: text.exactOptional(),
    broughtIn: z.literal(true).exactOptional(),
    numbers: z.strictObject({
      neurons: count,
      share: z.number(),
      seconds: z.number(),
      steps: count,
      lossFirst: z.number(),
      lossLast: z.number(),
      overlap: z.number().exactOptional(),
      pictures: count,
    }),
  })
  .refine(({ token, number }) => token === tokenOf(number)) satisfies z.ZodType<Concept>;

/** What was stored under `number`, or undefined where it is not that concept's sound record. */
export function readConcept(stored: unknown, number: number): Concept | undefined {
  const parsed = conceptSchema.safeParse(stored);
  return parsed.success && parsed.data.number === number ? parsed.data : undefined;
}
