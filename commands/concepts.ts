import { raise, unwrap } from '../src/result.ts';
import { teachLimits } from '../src/studio/limits.ts';
import type { Studio } from '../src/studio/studio.ts';
import {
  completeToken,
  conceptName,
  findConcept,
  numbersLine,
  requireOwner,
  sampleCommand,
} from './bot/concepts.ts';
import { tidyName } from './bot/names.ts';
import { lines, text } from './bot/rich-text.ts';
import { type ActionContext, type Button, defineCommand, type Reply, type Server } from './command.ts';

const conceptsPerPage = 10;

interface Where {
  readonly server: Server;
  readonly studio: Studio;
}

export default defineCommand({
  name: 'concepts',
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
  },
  positional: ['do', 'concept', 'label'],
  example: '/concepts show <new1>',

  async run(context) {
    const { do: what = 'list', concept: named, label } = context.options;
    if (what === 'list') return context.reply(await listPage(context, 0));
    if (named === undefined) raise('invalid-option', `Say which concept: /concepts ${what} <new1>.`);
    if (what === 'show') return context.reply(await showReply(context, named));
    if (what === 'export') return context.reply(await exportReply(context, named));
    if (label === undefined) raise('invalid-option', `Say its new name too: /concepts rename ${named} Rex.`);
    const concept = await findConcept(context, named);
    requireOwner(concept, context.user);
    const renamed = unwrap(await context.studio.rename(context.server.id, concept.token, label));
    await context.reply({ text: text`It is now ${conceptName(renamed)}.` });
  },

  actions: {
    async page(context: ActionContext) {
      await context.update(await listPage(context, Number(context.argument) || 0));
    },
    async export(context: ActionContext) {
      await context.reply(await exportReply(context, context.argument));
    },
  },
});

async function listPage({ server, studio }: Where, page: number): Promise<Reply> {
  const concepts = await studio.concepts(server.id);
  const damaged = await studio.damaged(server.id);
  const lost = damaged.length === 0 ? [] : [`Their records are damaged: ${damaged.join(', ')}.`];
  if (concepts.length === 0 && lost.length === 0) {
    return {
      text: text`Nothing has been taught here yet. Send one to six pictures with ${{ code: '/teach dog' }} to begin.`,
    };
  }
  const pages = Math.ceil(concepts.length / conceptsPerPage);
  const current = Math.min(Math.max(0, page), pages - 1);
  const shown = concepts.slice(current * conceptsPerPage, (current + 1) * conceptsPerPage);
  const turn = (to: number, label: string): Button => ({ action: 'page', argument: String(to), label });
  return {
    text: lines(
      text`${concepts.length} ${concepts.length === 1 ? 'concept' : 'concepts'} taught here${pages > 1 ? `, page ${current + 1} of ${pages}` : ''}:`,
      ...shown.map(
        (concept) =>
          text`${conceptName(concept)} · ${concept.kind} · taught ${concept.taughtAt.slice(0, 10)}`,
      ),
      lost,
    ),
    buttons: [
      ...(current > 0 ? [turn(current - 1, 'Earlier')] : []),
      ...(current < pages - 1 ? [turn(current + 1, 'Later')] : []),
    ],
  };
}

async function showReply({ server, studio }: Where, named: string): Promise<Reply> {
  const concept = await findConcept({ server, studio }, named);
  const sample = await studio.sample(server.id, concept.token);
  const { token, classWord, kind, taughtAt, description, numbers } = concept;
  const pictures = numbers.pictures === 1 ? 'one picture' : `${numbers.pictures} pictures`;
  return {
    text: lines(
      text`${conceptName(concept)} · ${kind} · taught ${taughtAt.slice(0, 10)} from ${pictures}`,
      description === '' ? [] : [description],
      numbersLine(concept),
      text`Try ${sampleCommand(concept)}`,
      sample.ok ? [] : [sample.problem.message],
    ),
    ...(sample.ok
      ? {
          pictures: [
            {
              name: `${tidyName(concept)}.png`,
              png: sample.value,
              alt: `Pictures I drew of ${token} ${classWord}`,
            },
          ],
        }
      : {}),
    shows: token,
    buttons: [{ action: 'export', argument: token, label: 'Export' }],
  };
}

async function exportReply({ server, studio }: Where, named: string): Promise<Reply> {
  const concept = await findConcept({ server, studio }, named);
  const bytes = unwrap(await studio.exportConcept(server.id, concept.token));
  return {
    text: text`${conceptName(concept)} as a safetensors file: its embedding, its neurons and their weights.`,
    files: [{ name: `${tidyName(concept)}.safetensors`, type: 'application/octet-stream', bytes }],
    shows: concept.token,
    visibility: 'requester',
  };
}
