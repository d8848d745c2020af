import type { Places } from '../../model-store/open-places.ts';
import type { Settings } from '../../src/settings/settings.ts';

/** Where the settings have things kept. */
export function placesOf({ dataDir, storeUrl, blobs }: Settings): Places {
  return { folder: dataDir, ...(storeUrl !== undefined && { storeUrl }), ...(blobs && { blobs }) };
}
