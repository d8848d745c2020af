import type { Settings } from '../../src/settings/settings.ts';

/** The settings for work apart from all that is kept: in a data folder of its own and by this machine alone, whatever bots share and whoever describes people's pictures. */
export function apart(settings: Settings, dataDir: string): Settings {
  const { storeUrl: _store, blobs: _blobs, redisUrl: _queue, caption: _service, ...own } = settings;
  return { ...own, dataDir };
}
