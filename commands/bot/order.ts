import { z } from 'zod';
import type { ButtonPress, Invocation } from './conversation.ts';

const personSchema = z.object({
  server: z.object({ id: z.string() }),
  user: z.object({ id: z.string() }),
});
const orderSchema = z.object({
  at: z.number(),
  asked: z.custom<Invocation | ButtonPress>((asked) => personSchema.safeParse(asked).success),
  files: z.record(z.string(), z.array(z.string())),
  address: z.unknown(),
  /** How often it was begun since it last got on. */
  starts: z.number(),
  /** When its checkpoint was written last, in milliseconds since the epoch. */
  reached: z.number(),
});
/** What is kept of what was asked for, and of how far it has come. */
export type Order = z.infer<typeof orderSchema>;

/** An order as it is kept; undefined where it cannot be read. */
export function readOrder(server: string, value: unknown): Order | undefined {
  const read = orderSchema.safeParse(value);
  return read.success && read.data.asked.server.id === server ? read.data : undefined;
}
