import { openClip } from '../../../src/judges/clip.ts';
import type { Judges } from '../../../src/judges/judges.ts';
import { openReader } from '../../../src/judges/reader.ts';
import type { Runtime } from '../../../src/runtime/runtime.ts';
import type { JobContext } from './job.ts';

/** Opens CLIP and the attribute reader. Raises 'invalid-model' where a folder is none of theirs. */
export async function openJudges(
  runtime: Runtime,
  { clip, reader }: Pick<JobContext, 'clip' | 'reader'>,
): Promise<Judges> {
  return { encoder: await openClip(runtime, clip), reader: await openReader(runtime, reader) };
}
