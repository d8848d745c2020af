import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Places } from '../../model-store/open-places.ts';
import { databaseName } from '../../model-store/upkeep/layout.ts';
import { raise } from '../../src/result.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { shownPath } from './shown-path.ts';

/** Where the settings have things kept. */
export function placesOf({ dataDir, storeUrl, blobs }: Settings): Places {
  return { folder: dataDir, ...(storeUrl !== undefined && { storeUrl }), ...(blobs && { blobs }) };
}

/** Raises 'not-found' where nothing is kept in the data folder, which opening it would begin. */
export function requireKept({ folder, storeUrl }: Places): void {
  if (storeUrl === undefined && !existsSync(join(folder, databaseName)))
    raise('not-found', `Nothing is kept in ${shownPath(folder)}. DATA_DIR says where it is.`);
}
