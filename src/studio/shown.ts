import { z } from 'zod';

/** What other processes are told of a job. */
export type Shown = z.infer<typeof shownSchema>;

export const shownSchema = z.object({
  kind: z.enum(['teach', 'imagine']),
  what: z.string(),
  user: z.string().exactOptional(),
  work: z.object({ like: z.string(), size: z.number() }),
});
