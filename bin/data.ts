import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { raise, unwrap } from '../src/result.ts';
import { loadSettings } from '../src/settings.ts';
import { archiveLimits } from '../src/studio/limits.ts';
import { endWith } from './support/arguments.ts';
import { assemble } from './support/assemble.ts';
import { shownPath } from './support/shown-path.ts';

/** `npm run data`: takes a server's data along in a file, of any size, while the bot itself is stopped. */

const usage = `npm run data -- export SERVER FILE   puts what a server was taught, and its settings, into FILE
npm run data -- import SERVER FILE   brings it in on a server that was taught nothing

SERVER is discord: and the server's id, or web: and what stands behind the # in the address of the local chat.`;

async function main([task, server, file, ...rest]: readonly string[]): Promise<void> {
  if (!server || !file || rest.length > 0 || (task !== 'export' && task !== 'import'))
    return raise('invalid-option', usage);
  const { bot, close } = await assemble(unwrap(loadSettings(join(import.meta.dirname, '..'))));
  const { studio } = bot;
  try {
    if (task === 'export') {
      const { bytes, concepts, notes } = unwrap(await studio.exportServer(server));
      await writeFile(file, bytes, { flag: 'wx' });
      console.log([`${concepts} concepts are in ${shownPath(file)}.`, ...notes].join('\n'));
    } else {
      if ((await stat(file)).size > archiveLimits.bytes)
        raise('invalid-file', `${shownPath(file)} is too large.`);
      const { concepts } = unwrap(await studio.importServer(server, await readFile(file)));
      console.log(`${server} knows ${concepts.length} concepts now.`);
    }
  } finally {
    await close();
  }
}

await main(process.argv.slice(2)).catch((error: unknown) => endWith(error, usage));
