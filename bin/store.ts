import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openPlaces, type Places } from '../model-store/open-places.ts';
import { backUp } from '../model-store/upkeep/backup.ts';
import { restore } from '../model-store/upkeep/restore.ts';
import { verify } from '../model-store/upkeep/verify.ts';
import { raise, unwrap } from '../src/result.ts';
import { loadSettings } from '../src/settings/settings.ts';
import { endWith } from './support/arguments.ts';
import { placesOf, requireKept } from './support/places-of.ts';
import { shownPath } from './support/shown-path.ts';

/** `npm run store`: looks after all that is kept while the bot is stopped. */

const usage = `npm run store -- verify          holds everything that is kept against its checksums
npm run store -- backup FILE     puts all of it but base models into FILE
npm run store -- restore FILE    puts what is in FILE where nothing is kept yet

The bot is to be stopped meanwhile, and all bots where STORE_URL is set. DATA_DIR, STORE_URL and BLOBS_URL say where it is kept.`;

async function main([task, file, ...rest]: readonly string[]): Promise<void> {
  const places = placesOf(unwrap(loadSettings(join(import.meta.dirname, '..'))));
  if (task === 'verify' && file === undefined) return report(places);
  if (file === undefined || rest.length > 0) return raise('invalid-option', usage);
  if (task === 'backup') return keep(places, file);
  if (task !== 'restore') return raise('invalid-option', usage);
  const { records, files } = await restore(file, places);
  console.log(`${records} records and ${files} files are kept again.`);
}

async function report(places: Places): Promise<void> {
  requireKept(places);
  const { records, concepts, files, unnamed, faults } = await verify(places);
  for (const fault of faults) console.error(fault);
  console.log(
    `${records} records, ${concepts} concepts, ${files} files; ${unnamed} files that nothing needs.`,
  );
  console.log(faults.length === 0 ? 'Everything is as it was written.' : `${faults.length} faults.`);
  if (faults.length > 0) process.exitCode = 1;
}

async function keep(places: Places, file: string): Promise<void> {
  requireKept(places);
  if (existsSync(file)) raise('not-allowed', `${shownPath(file)} is there already: name another file.`);
  const open = await openPlaces(places);
  try {
    const { records, files } = await backUp(open, places.folder, file);
    console.log(`${records} records and ${files} files are in ${shownPath(file)}.`);
  } finally {
    await open.storage.close();
    await open.blobs.close();
  }
}

await main(process.argv.slice(2)).catch((error: unknown) => endWith(error, usage));
