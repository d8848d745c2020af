import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openSqlite } from '../model-store/drivers/sqlite.ts';
import { backUp } from '../model-store/upkeep/backup.ts';
import { databaseName } from '../model-store/upkeep/layout.ts';
import { restore } from '../model-store/upkeep/restore.ts';
import { verify } from '../model-store/upkeep/verify.ts';
import { raise, unwrap } from '../src/result.ts';
import { loadSettings } from '../src/settings.ts';
import { endWith } from './support/arguments.ts';
import { shownPath } from './support/shown-path.ts';

/** `npm run store`: looks after the data folder while the bot is stopped. */

const usage = `npm run store -- verify          holds everything that is kept against its checksums
npm run store -- backup FILE     puts all of it into FILE
npm run store -- restore FILE    makes a data folder of FILE, where there is none

The bot is to be stopped meanwhile. DATA_DIR says which folder it is.`;

async function main([task, file, ...rest]: readonly string[]): Promise<void> {
  const { dataDir } = unwrap(loadSettings(join(import.meta.dirname, '..')));
  if (task === 'verify' && file === undefined) return report(dataDir);
  if (file === undefined || rest.length > 0) return raise('invalid-option', usage);
  if (task === 'backup') return keep(dataDir, file);
  if (task !== 'restore') return raise('invalid-option', usage);
  const { records, files } = await restore(file, dataDir);
  console.log(`${records} records and ${files} files are in ${shownPath(dataDir)} again.`);
}

async function report(folder: string): Promise<void> {
  requireKept(folder);
  const { records, concepts, files, unnamed, faults } = await verify(folder);
  for (const fault of faults) console.error(fault);
  console.log(
    `${records} records, ${concepts} concepts, ${files} files; ${unnamed} files that nothing needs.`,
  );
  console.log(faults.length === 0 ? 'Everything is as it was written.' : `${faults.length} faults.`);
  if (faults.length > 0) process.exitCode = 1;
}

async function keep(folder: string, file: string): Promise<void> {
  requireKept(folder);
  if (existsSync(file)) raise('not-allowed', `${shownPath(file)} is there already: name another file.`);
  const storage = openSqlite(join(folder, databaseName));
  try {
    const { records, files } = await backUp(storage, folder, file);
    console.log(`${records} records and ${files} files are in ${shownPath(file)}.`);
  } finally {
    await storage.close();
  }
}

function requireKept(folder: string): void {
  if (!existsSync(join(folder, databaseName)))
    raise('not-found', `Nothing is kept in ${shownPath(folder)}. DATA_DIR says where it is.`);
}

await main(process.argv.slice(2)).catch((error: unknown) => endWith(error, usage));
