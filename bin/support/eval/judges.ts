import type { AttributeReader, ImageTextEncoder, Judges } from '../../../src/evaluation/judges.ts';
import type { Runtime } from '../../../src/runtime/session.ts';
import type { JobContext } from './job.ts';

type Open<T> = (runtime: Runtime, folder: string) => Promise<T>;

/** Opens CLIP and the attribute reader. Raises 'invalid-model' where a folder is none of theirs. */
export async function openJudges(
  runtime: Runtime,
  { clip, reader }: Pick<JobContext, 'clip' | 'reader'>,
): Promise<Judges> {
  const { openClip }: { openClip: Open<ImageTextEncoder> } = await import(moduleAt('clip.ts'));
  const { openReader }: { openReader: Open<AttributeReader> } = await import(moduleAt('reader.ts'));
  return { encoder: await openClip(runtime, clip), reader: await openReader(runtime, reader) };
}

function moduleAt(file: string): string {
  return new URL(`../../../src/evaluation/${file}`, import.meta.url).href;
}
