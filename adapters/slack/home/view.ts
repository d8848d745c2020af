import type { types } from '@slack/bolt';
import { placeButton } from '../../../commands/bot/buttons.ts';
import { conceptName } from '../../../commands/bot/concepts.ts';
import { lines, type RichText, text } from '../../../commands/bot/rich-text.ts';
import type { User } from '../../../commands/command.ts';
import type { Messages } from '../../../commands/locales/index.ts';
import type { Concept } from '../../../src/concept.ts';
import type { SlackMessages } from '../locales/index.ts';
import { buttonOf, imageOf, plain, textBlocks } from '../messages/blocks.ts';
import type { Rename } from '../names.ts';
import { type SampleFiles, sampleKey } from './samples.ts';

export interface HomeOptions {
  readonly concepts: readonly Concept[];
  /** Whose home it is. */
  readonly user: User;
  readonly words: Messages;
  readonly own: SlackMessages['home'];
  readonly rename: Rename;
  readonly page: number;
  /** What was just done, shown above the list. */
  readonly notice?: RichText | undefined;
  readonly files: SampleFiles;
}

const conceptsPerPage = 10;
const page = 'home/page/';

/** What was taught in the workspace, with samples, and with a way to forget it for those who may, which asks first. */
export function homeView(options: HomeOptions): types.HomeView {
  const { concepts, words, own, rename, notice } = options;
  const { shown, current, pages } = conceptsOn(concepts, options.page);
  const turn = (to: number, label: string) => ({ id: `${page}${to}`, label, style: 'plain' as const });
  const turns = [
    ...(current > 0 ? [turn(current - 1, own.earlier)] : []),
    ...(current < pages - 1 ? [turn(current + 1, own.later)] : []),
  ];
  return {
    type: 'home',
    blocks: [
      { type: 'header', text: plain(own.title, 150) },
      ...(notice ? [...textBlocks(notice, rename), { type: 'divider' as const }] : []),
      ...textBlocks(concepts.length === 0 ? words.concepts.none() : text`${own.how}`, rename),
      ...shown.flatMap((concept) => conceptBlocks(concept, options)),
      ...(turns.length > 0 ? [{ type: 'actions' as const, elements: turns.map(buttonOf) }] : []),
    ],
  };
}

/** The concepts that stand on a page, the last one where there are fewer. */
export function conceptsOn(concepts: readonly Concept[], page: number) {
  const pages = Math.max(1, Math.ceil(concepts.length / conceptsPerPage));
  const current = Math.min(Math.max(0, page), pages - 1);
  const shown = concepts.slice(current * conceptsPerPage, (current + 1) * conceptsPerPage);
  return { shown, current, pages };
}

/** The page that a button of the home turns to. */
export function pageOf(id: string): number | undefined {
  return id.startsWith(page) ? Number(id.slice(page.length)) || 0 : undefined;
}

function conceptBlocks(
  concept: Concept,
  { user, words, own, rename, files }: HomeOptions,
): types.KnownBlock[] {
  const name = conceptName(concept, words);
  const { token, classWord, kind, taughtAt, taughtBy } = concept;
  const entry = words.concepts.entry(name, words.kinds[kind], taughtAt.slice(0, 10));
  const file = files.get(sampleKey(concept));
  const mayForget = taughtBy === user.id || user.role === 'administrator';
  return [
    ...textBlocks(lines(entry), rename),
    ...(file === undefined ? [] : [imageOf(file, words.concepts.drawnOf(`${token} ${classWord}`))]),
    ...(mayForget ? [{ type: 'actions' as const, elements: [forgetButton(token, user, words, own)] }] : []),
  ];
}

/** What /forget itself does at its button; the question before it is Slack's dialog. */
function forgetButton(token: string, user: User, words: Messages, own: SlackMessages['home']): types.Button {
  const button = {
    action: 'confirm',
    argument: token,
    label: words.forget.forget(token),
    style: 'danger',
    who: 'requester',
  } as const;
  return {
    ...buttonOf(placeButton('forget', user.id, button), 0),
    confirm: {
      title: plain(own.sure(token), 100),
      text: plain(own.sureText, 300),
      confirm: plain(words.forget.forget(token), 30),
      deny: plain(words.forget.keep, 30),
      style: 'danger',
    },
  };
}
