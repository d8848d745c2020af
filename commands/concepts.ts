import type { Concept } from '../src/concept.ts';
import { formatNames, ownFormat } from '../src/format-names.ts';
import { raise, unwrap } from '../src/result.ts';
import { teachLimits } from '../src/studio/limits.ts';
import type { Progress, Studio } from '../src/studio/studio.ts';
import {
  completeToken,
  conceptName,
  findConcept,
  findTaught,
  numbersLine,
  requireOwner,
  sampleCommand,
} from './bot/concepts.ts';
import { commandLine } from './bot/line.ts';
import { fileName, tidyName } from './bot/names.ts';
import { lines } from './bot/rich-text.ts';
import {
  type ActionContext,
  type Button,
  defineCommand,
  type Reply,
  type Server,
  type User,
} from './command.ts';
import type { Messages } from './locales/index.ts';

const line = { name: 'concepts', positional: ['do', 'concept', 'label'] } as const;
const conceptsPerPage = 10;
const octets = 'application/octet-stream';

interface Where {
  readonly server: Server;
  readonly user: User;
  readonly studio: Studio;
  readonly words: Messages;
}

export default defineCommand({
  name: line.name,
  description: 'Lists what was taught here; shows, renames or exports one',
  access: 'everyone',
  options: {
    do: {
      type: 'string',
      maxLength: 10,
      choices: ['list', 'show', 'rename', 'export'],
      description: 'list (the default), show, rename or export',
    },
    concept: { type: 'string', maxLength: 60, description: 'Which one: <new1>', complete: completeToken },
    label: { type: 'string', maxLength: teachLimits.label, description: 'Its new name, to rename it' },
    format: {
      type: 'string',
      maxLength: 40,
      choices: formatNames,
      description: 'What to export it as, for other programs; keepsake is the default',
    },
  },
  positional: line.positional,
  example: '/concepts show <new1>',

  async run(context) {
    const { do: what = 'list', concept: named, label, format = ownFormat } = context.options;
    const { words } = context;
    if (what === 'list') return context.reply(await listPage(context, 0));
    if (named === undefined) {
      raise(
        'invalid-option',
        words.concepts.sayWhich(commandLine(context, line, { do: what, concept: '<new1>' })),
      );
    }
    const concept = await findConcept(context, named);
    if (what === 'show') return context.reply(await showReply(context, concept));
    if (what === 'export' && format !== ownFormat) return convert(context, concept, format);
    if (what === 'export') return context.reply(await exportReply(context, concept));
    if (label === undefined) {
      const example = commandLine(context, line, { do: what, concept: named, label: 'Rex' });
      raise('invalid-option', words.concepts.sayNewName(example));
    }
    requireOwner(concept, context.user, words);
    const renamed = unwrap(await context.studio.rename(context.server.id, concept.token, label));
    await context.reply({ text: words.concepts.renamed(conceptName(renamed, words)) });
  },

  actions: {
    async page(context: ActionContext) {
      await context.update(await listPage(context, Number(context.argument) || 0));
    },
    async export(context: ActionContext) {
      await context.reply(await exportReply(context, await findTaught(context, context.argument)));
    },
  },
});

async function listPage({ server, user, studio, words }: Where, page: number): Promise<Reply> {
  const { concepts, damaged } = await studio.inventory(server.id);
  const lost = damaged.length === 0 ? [] : [words.concepts.damagedRecords(damaged)];
  if (concepts.length === 0 && lost.length === 0) {
    const teach = { name: 'teach', positional: ['class'] };
    return { text: words.concepts.none(commandLine({ user, words }, teach, { class: 'dog' })) };
  }
  const pages = Math.ceil(concepts.length / conceptsPerPage);
  const current = Math.min(Math.max(0, page), pages - 1);
  const shown = concepts.slice(current * conceptsPerPage, (current + 1) * conceptsPerPage);
  const turn = (to: number, label: string): Button => ({ action: 'page', argument: String(to), label });
  return {
    text: lines(
      words.concepts.list(concepts.length, current + 1, pages),
      ...shown.map((concept) =>
        words.concepts.entry(conceptName(concept, words), words.kinds[concept.kind], dayOf(concept)),
      ),
      lost,
    ),
    buttons: [
      ...(current > 0 ? [turn(current - 1, words.concepts.earlier)] : []),
      ...(current < pages - 1 ? [turn(current + 1, words.concepts.later)] : []),
    ],
  };
}

async function showReply({ server, user, studio, words }: Where, concept: Concept): Promise<Reply> {
  const sample = await studio.sample(server.id, concept.token);
  const { token, classWord, kind, description, numbers, broughtIn } = concept;
  const name = conceptName(concept, words);
  return {
    text: lines(
      broughtIn
        ? words.concepts.shownBroughtIn(name, words.kinds[kind], dayOf(concept))
        : words.concepts.shown(name, words.kinds[kind], dayOf(concept), numbers.pictures),
      description === '' ? [] : [description],
      numbersLine(concept, words),
      words.concepts.tryIt(sampleCommand(concept, { user, words })),
      sample.ok ? [] : [words.problem(sample.problem)],
    ),
    ...(sample.ok
      ? {
          pictures: [
            {
              name: `${tidyName(concept)}.png`,
              png: sample.value,
              alt: words.concepts.drawnOf(`${token} ${classWord}`),
            },
          ],
        }
      : {}),
    shows: token,
    buttons: [{ action: 'export', argument: token, label: words.concepts.export }],
  };
}

async function exportReply({ server, studio, words }: Where, concept: Concept): Promise<Reply> {
  const bytes = unwrap(await studio.exportConcept(server.id, concept.token));
  return {
    text: words.concepts.exported(conceptName(concept, words)),
    files: [{ name: fileName(concept, ownFormat), type: octets, bytes }],
    shows: concept.token,
    visibility: 'requester',
  };
}

/** The concept in a format of other programs, which the engine makes. */
async function convert(
  context: Pick<
    ActionContext,
    'server' | 'studio' | 'words' | 'signal' | 'job' | 'defer' | 'progress' | 'reply'
  >,
  concept: Concept,
  format: string,
): Promise<void> {
  const { server, studio, words, signal, job } = context;
  await context.defer('requester');
  const name = conceptName(concept, words);
  const title = words.concepts.exporting(name, format);
  context.progress(title);
  const onProgress = (progress: Progress) => context.progress(title, progress);
  const { token } = concept;
  const { files, notes } = unwrap(
    await studio.convertConcept(server.id, token, format, { signal, onProgress, job }),
  );
  await context.reply({
    text: lines(words.concepts.exportedAs(name, format), ...notes.map((note) => [words.sentence(note)])),
    files: files.map(({ part, bytes }) => ({ name: fileName(concept, part), type: octets, bytes })),
    otherwise: words.concepts.exportedUnsent(server.id, token, format),
    shows: token,
    visibility: 'requester',
  });
}

function dayOf({ taughtAt }: Concept): string {
  return taughtAt.slice(0, 10);
}
