import type { ModelStore } from '../../model-store/open.ts';
import { raise } from '../../src/result.ts';
import type { Settings } from '../../src/settings.ts';
import type { Studio } from '../../src/studio/studio.ts';

/** The studio with its engine, and how to stop them. */
export async function openStudio(
  _settings: Settings,
  _store: ModelStore,
): Promise<{ readonly studio: Studio; stop(): Promise<void> }> {
  return raise('engine-down', 'The engine is not part of this version yet.');
}
