import { unwrap } from '../src/result.ts';
import { archiveLimits, mostImportFiles, teachLimits } from '../src/studio/limits.ts';
import type { BroughtIn, Progress } from '../src/studio/studio.ts';
import { kindOption, labelOption } from './bot/concept-options.ts';
import { conceptName, numbersLine, sampleCommand } from './bot/concepts.ts';
import type { Sender } from './bot/line.ts';
import { tidyName } from './bot/names.ts';
import { fetching } from './bot/progress.ts';
import { lines } from './bot/rich-text.ts';
import { defineCommand, type Reply } from './command.ts';
import type { Messages } from './locales/index.ts';

const mostNamed = 12;

export default defineCommand({
  name: 'import',
  description: 'Brings in what was taught elsewhere: the file of /export, or the files of one concept',
  access: 'administrator',
  options: {
    class: {
      type: 'string',
      maxLength: teachLimits.classWord,
      description: 'What a single concept is, in a word, where its file does not say: dog, hat, park',
    },
    kind: kindOption,
    label: labelOption,
    file: {
      type: 'attachment',
      each: 'file',
      minimum: 1,
      maximum: mostImportFiles,
      anyFile: { mostBytes: archiveLimits.attachmentBytes },
      description: 'The file that /export made, or a concept; its weights and its embedding may be two',
    },
  },
  positional: ['class'],
  example: '/import',

  async run(context) {
    const { server, studio, user, signal, job, words, options } = context;
    await context.defer();
    const title = words.data.importing();
    context.progress(title, context.again ? undefined : fetching);
    const { class: classWord, kind, label } = options;
    const files = await Promise.all(options.file.map((file) => file.bytes(archiveLimits.attachmentBytes)));
    const request = {
      user: user.id,
      files,
      ...(classWord !== undefined && { classWord }),
      ...(kind !== undefined && { kind }),
      ...(label !== undefined && { label }),
    };
    const onProgress = (progress: Progress) => context.progress(title, progress);
    const brought = unwrap(await studio.importFiles(server.id, request, { signal, onProgress, job }));
    await context.reply(
      brought.sheet ? conceptReply(brought, brought.sheet, context) : serverReply(brought, words),
    );
  },
});

function serverReply({ concepts, entries, notes }: BroughtIn, words: Messages): Reply {
  return {
    text: lines(
      words.data.imported(concepts.length, entries.length > 0),
      ...concepts.slice(0, mostNamed).map((concept) => conceptName(concept, words)),
      concepts.length > mostNamed ? words.data.andMore(concepts.length - mostNamed) : [],
      ...notes.map((note) => [words.sentence(note)]),
    ),
  };
}

function conceptReply({ concepts, notes }: BroughtIn, sheet: Uint8Array, sender: Sender): Reply {
  const { words } = sender;
  const [concept] = concepts;
  if (!concept) throw new RangeError('what was brought in is a concept');
  const name = conceptName(concept, words);
  const alt = words.concepts.drawnOf(`${concept.token} ${concept.classWord}`);
  return {
    text: lines(
      words.data.importedConcept(name, sampleCommand(concept, sender)),
      numbersLine(concept, words),
      ...notes.map((note) => [words.sentence(note)]),
    ),
    pictures: [{ name: `${tidyName(concept)}.png`, png: sheet, alt }],
    otherwise: words.data.importedUnseen(name),
    shows: concept.token,
  };
}
