import { z } from 'zod';
import type { PlatformRecords } from '../../../model-store/store.ts';
import type { ModelDescription } from '../../../src/engine/protocol.ts';
import type { KnownModel } from '../../../src/jobs/engine-jobs.ts';

const name = 'model';

const schema = z.object({
  id: z.string(),
  pixels: z.object({ width: z.int(), height: z.int() }),
  sizeStep: z.int().exactOptional(),
  drawing: z.object({ steps: z.int(), guidanceScale: z.number() }).exactOptional(),
  parameters: z.int(),
});

/** Keeps what a worker last said of the model where all bots find it. What is kept there and cannot be read counts as nothing. */
export function knownModel(records: Pick<PlatformRecords, 'read' | 'write'>): KnownModel {
  return {
    async read(): Promise<ModelDescription | undefined> {
      return schema.safeParse(await records.read(name)).data;
    },
    write: (model) => records.write(name, model),
  };
}
