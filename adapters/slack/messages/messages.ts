import type { types } from '@slack/bolt';
import type { OutgoingReply } from '../../../commands/bot/bot.ts';
import type { PlacedButton } from '../../../commands/bot/buttons.ts';
import { type ProgressView, progressLine } from '../../../commands/bot/progress.ts';
import { cutTo } from '../../../commands/bot/quoted.ts';
import type { RichText } from '../../../commands/bot/rich-text.ts';
import type { Rename } from '../names.ts';
import { buttonOf, fallbackText, imageOf, plain, textBlocks } from './blocks.ts';

/** A message as it goes over the wire: blocks, and words for where there are none. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: (types.KnownBlock | types.Block)[];
}

/** A file as it is uploaded. */
export interface SlackFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What it shows, for those who cannot see it. */
  readonly alt?: string;
}

/** What every message of a conversation is made with. */
export interface Style {
  readonly rename: Rename;
  /** Says who asked, which Slack does not show; absent where only they see it. */
  readonly askedBy?: string;
}

/** Blocks of text in one message; Slack takes 50 and shows no message of much more. */
const mostTextBlocks = 4;
const longestAlt = 1000;
const mostButtons = 25;
const filesId = 'files/';

/**
 * A reply as messages: the first with its buttons and as much of its text as one message may have, the others with the rest.
 * The files lie in a message of their own, which the first one's buttons remember.
 */
export function messagesOf(
  { text, buttons = [] }: OutgoingReply,
  files: readonly string[],
  style: Style,
): readonly SlackMessage[] {
  const blocks = textBlocks(text, style.rename);
  const count = Math.max(1, Math.ceil(blocks.length / mostTextBlocks));
  return Array.from({ length: count }, (_, index) => ({
    text: index === 0 ? fallbackText(text, style.rename) : '…',
    blocks: [
      ...blocks.slice(index * mostTextBlocks, (index + 1) * mostTextBlocks),
      ...(index === 0 ? actions(buttons, files) : []),
      ...(index === 0 ? asker(style) : []),
    ],
  }));
}

/** A message of a text alone. */
export function plainMessage(text: RichText, style: Style): SlackMessage {
  return messagesOf({ text }, [], style)[0]!;
}

/** How far a job is, with what it looks like so far where there is such a picture, and the button that stops it. */
export function progressMessage(
  view: ProgressView,
  style: Style,
  picture?: { readonly file: string; readonly alt: string },
): SlackMessage {
  const text: RichText = [...view.title, '\n', progressLine(view)];
  const message = messagesOf({ text, buttons: [view.cancel] }, [], style)[0]!;
  if (!picture) return message;
  const [words, ...below] = message.blocks;
  return { ...message, blocks: [words!, imageOf(picture.file, picture.alt), ...below] };
}

/** The files of a reply. The single pictures of a grid are left to their button. */
export function filesOf({ pictures = [], files = [] }: OutgoingReply): readonly SlackFile[] {
  return [
    ...pictures.map(({ name, png, alt }) => ({ name, bytes: png, alt: cutTo(alt, longestAlt) })),
    ...files.map(({ name, bytes }) => ({ name, bytes })),
  ];
}

/** The files that belong to a message, by the block with its buttons. */
export function filesBeside(blockId: string): readonly string[] {
  return blockId.startsWith(filesId) ? blockId.slice(filesId.length).split(',') : [];
}

function actions(buttons: readonly PlacedButton[], files: readonly string[]): types.KnownBlock[] {
  if (buttons.length === 0) return [];
  const elements = buttons.slice(0, mostButtons).map(buttonOf);
  return [{ type: 'actions', elements, ...(files.length > 0 && { block_id: filesId + files.join(',') }) }];
}

function asker({ askedBy }: Style): types.KnownBlock[] {
  return askedBy === undefined
    ? []
    : [{ type: 'context', block_id: 'asked-by', elements: [plain(askedBy, 200)] }];
}
