import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findConcept } from '../commands/bot/concepts.ts';
import { fileName } from '../commands/bot/names.ts';
import { en } from '../commands/locales/en.ts';
import type { ConceptKind } from '../src/concept.ts';
import { formatNames } from '../src/format-names.ts';
import { raise, unwrap } from '../src/result.ts';
import { loadSettings } from '../src/settings/settings.ts';
import { archiveLimits } from '../src/studio/limits.ts';
import { endWith } from './support/arguments.ts';
import { assemble } from './support/assemble.ts';
import { shownPath } from './support/shown-path.ts';

/** `npm run data`: takes a server's data along in files, also in those that no chat takes, while the bot itself is stopped. */

const usage = `npm run data -- export SERVER FILE   puts what a server was taught, and its settings, into FILE
npm run data -- import SERVER FILE   brings it in on a server that was taught nothing
npm run data -- import SERVER FILE [EMBEDDING] [--class dog] [--kind subject|style|scene]
                                     brings in a single concept, from one file or from its weights and its embedding
npm run data -- concept SERVER TOKEN FORMAT FOLDER
                                     puts one concept into FOLDER, as files that other programs read

FORMAT is one of ${formatNames.join(', ')}; docs/formats.md tells of them. TOKEN is <new1> or 1.
SERVER is discord: and the server's id, slack: and the workspace's id, such as slack:T01234567, which stands in the address of Slack
in a browser, or web: and what stands behind the # in the address of the local chat.`;

/** What is said of a concept beside its files. */
interface Given {
  readonly class: string | undefined;
  readonly kind: ConceptKind | undefined;
}

/** Who brought in what came by the command line. */
const installation = 'installation';

type Studio = Awaited<ReturnType<typeof assemble>>['bot']['studio'];

async function exportTo(studio: Studio, server: string, file: string): Promise<void> {
  const { bytes, concepts, notes } = unwrap(await studio.exportServer(server));
  await writeFile(file, bytes, { flag: 'wx' });
  console.log(
    [`${concepts === 1 ? '1 concept is' : `${concepts} concepts are`} in ${shownPath(file)}.`, ...notes].join(
      '\n',
    ),
  );
}

async function importFrom(
  studio: Studio,
  server: string,
  names: readonly string[],
  given: Given,
): Promise<void> {
  const files: Uint8Array[] = [];
  for (const name of names) {
    if ((await stat(name)).size > archiveLimits.bytes)
      raise('invalid-file', `${shownPath(name)} is too large.`);
    files.push(await readFile(name));
  }
  const { class: classWord, kind } = given;
  const request = {
    user: installation,
    files,
    ...(classWord !== undefined && { classWord }),
    ...(kind && { kind }),
  };
  const { concepts, notes } = unwrap(await studio.importFiles(server, request));
  const taught = concepts.map(({ token, classWord: word }) => `${token} ${word}`).join(', ');
  console.log([`${server} knows ${concepts.length} more: ${taught}.`, ...notes].join('\n'));
}

async function writeConcept(
  studio: Studio,
  server: string,
  [named, format, folder]: readonly [string, string, string],
): Promise<void> {
  if (!formatNames.includes(format))
    raise('invalid-option', `FORMAT is one of ${formatNames.join(', ')}, not ${format}.`);
  const concept = await findConcept({ server: { id: server, name: server }, studio, words: en }, named);
  const { files, notes } = unwrap(await studio.convertConcept(server, concept.token, format));
  await mkdir(folder, { recursive: true });
  for (const { part, bytes } of files) {
    const file = join(folder, fileName(concept, part));
    await writeFile(file, bytes, { flag: 'wx' });
    console.log(shownPath(file));
  }
  console.log(notes.join('\n'));
}

/** What a task of the command line does, given as many words as it takes. */
function workOf(
  [task, server = '', ...rest]: readonly string[],
  given: Given,
): ((studio: Studio) => Promise<void>) | undefined {
  const [first, second, third] = rest;
  if (!server || !first || rest.some((word) => word === '')) return undefined;
  if (task === 'export' && rest.length === 1) return (studio) => exportTo(studio, server, first);
  if (task === 'import' && rest.length <= 2) return (studio) => importFrom(studio, server, rest, given);
  if (task === 'concept' && second && third && rest.length === 3)
    return (studio) => writeConcept(studio, server, [first, second, third]);
  return undefined;
}

function kindOf(typed: string | undefined): Given['kind'] {
  const kinds = ['subject', 'style', 'scene'] as const;
  if (typed === undefined) return undefined;
  return (
    kinds.find((kind) => kind === typed) ?? raise('invalid-option', `--kind is one of ${kinds.join(', ')}.`)
  );
}

async function main(words: readonly string[]): Promise<void> {
  const options = { class: { type: 'string' }, kind: { type: 'string' } } as const;
  const { positionals, values } = parseArgs({ args: [...words], options, allowPositionals: true });
  const given = { class: values.class, kind: kindOf(values.kind) };
  const work = workOf(positionals, given) ?? raise('invalid-option', usage);
  const { bot, close } = await assemble(unwrap(loadSettings(join(import.meta.dirname, '..'))));
  try {
    await work(bot.studio);
  } finally {
    await close();
  }
}

await main(process.argv.slice(2)).catch((error: unknown) => endWith(error, usage));
