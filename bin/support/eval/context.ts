import { readModelFolder } from '../../../src/diffusion/model-folder.ts';
import type { EvaluationSettings } from '../../../src/evaluation/settings.ts';
import { openRuntime, type ProviderSetting } from '../../../src/runtime/provider.ts';
import { commitHash } from '../commit.ts';
import { type Fingerprint, hashOfFolder } from './fingerprint.ts';
import type { JobContext } from './job.ts';

/** What an evaluation is of, and where it is kept. */
export interface EvaluationPlace {
  /** Everything goes here; what is there already is not done again. */
  readonly out: string;
  /** Folders of the base model, of a CLIP and of an attribute reader. */
  readonly model: string;
  readonly clip: string;
  readonly reader: string;
  readonly settings: EvaluationSettings;
  readonly provider: ProviderSetting;
  /** Module that opens CLIP and reader; a seam for tests. */
  readonly judges?: URL;
}

/** Raises 'not-found' where there is no such folder, 'engine-down' where CUDA is asked for and does not answer. */
export async function fingerprintOf(place: EvaluationPlace): Promise<Fingerprint> {
  const { settings, model, clip, reader } = place;
  const { runtime } = await openRuntime(place.provider);
  return {
    ...settings,
    model: (await readModelFolder(model)).id,
    clip: await hashOfFolder(clip, 'clip'),
    reader: await hashOfFolder(reader, 'reader'),
    provider: runtime.provider,
  };
}

export function contextOf(place: EvaluationPlace): JobContext {
  const { out, model, clip, reader, settings, provider, judges } = place;
  const opened = judges ?? new URL('./judges.ts', import.meta.url);
  return { out, model, clip, reader, settings, provider, commit: commitHash(), judges: opened.href };
}
