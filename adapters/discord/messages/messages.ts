import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  ButtonStyle,
  ComponentType,
  MessageFlags,
  type RawFile,
  type RESTPostAPIChannelMessageJSONBody,
} from 'discord.js';
import type { OutgoingReply } from '../../../commands/bot/bot.ts';
import type { PlacedButton } from '../../../commands/bot/buttons.ts';
import type { RichText } from '../../../commands/bot/rich-text.ts';
import { raise } from '../../../src/result.ts';
import type { DiscordMessages } from '../locales/index.ts';
import type { OutgoingMessage } from './courier.ts';
import { render, renderParts } from './render.ts';

/** Discord takes 2,000 characters; a few are kept for the name of who is answered. */
const longestText = 1950;
const mostFiles = 10;
/** A request has at most 25 MiB, what surrounds the files included. */
const mostBytes = 24 * 2 ** 20;
const longestAlt = 1024;
const buttonsPerRow = 5;
const longestLabel = 80;

const styles = {
  primary: ButtonStyle.Primary,
  plain: ButtonStyle.Secondary,
  danger: ButtonStyle.Danger,
} as const;

export interface ReplyLimits {
  /** Bytes of one attachment, as Discord says with each interaction. */
  readonly attachment: number;
  readonly words: Pick<DiscordMessages, 'tooLarge'>;
}

interface NamedFile extends RawFile {
  readonly alt?: string;
  readonly data: Uint8Array & RawFile['data'];
}

/**
 * A reply as messages: the first with its buttons and as much of its text and files as one message may have, the others
 * with the rest. The single pictures of a grid are left to their button: Discord would show them in one heap with it.
 * Raises 'invalid-file' where a file is larger than Discord takes here.
 */
export function messagesOf(reply: OutgoingReply, limits: ReplyLimits): readonly OutgoingMessage[] {
  const texts = renderParts(reply.text, longestText);
  const groups = grouped(filesOf(reply, limits));
  const count = Math.max(1, texts.length, groups.length);
  return Array.from({ length: count }, (_, index) =>
    message(texts[index] ?? '', groups[index] ?? [], index === 0 ? (reply.buttons ?? []) : []),
  );
}

/** A message of a text alone. It takes away what files and buttons the message had in whose place it is put. */
export function plainMessage(text: RichText): OutgoingMessage {
  return message(render(text), [], []);
}

/** What stands where an answer is coming. */
export const workingMessage: OutgoingMessage = plainMessage(['…']);

/** The same message, shown to one person alone. */
export function personal({ body, files }: OutgoingMessage): OutgoingMessage {
  return { body: { ...body, flags: MessageFlags.Ephemeral }, files };
}

/** The same message, beginning with the name of the person it is for, who alone is notified. */
export function addressed({ body, files }: OutgoingMessage, user: string): OutgoingMessage {
  const content = `<@${user}> ${body.content ?? ''}`;
  return { body: { ...body, content, allowed_mentions: { parse: [], users: [user] } }, files };
}

/** Buttons in rows of five. */
export function buttonRows(
  buttons: readonly PlacedButton[],
): APIActionRowComponent<APIButtonComponentWithCustomId>[] {
  const rows = Math.ceil(buttons.length / buttonsPerRow);
  return Array.from({ length: rows }, (_, row) => ({
    type: ComponentType.ActionRow,
    components: buttons.slice(row * buttonsPerRow, (row + 1) * buttonsPerRow).map(buttonOf),
  }));
}

/** What a message says of the files that come with it, in their order. */
export function attachmentsOf(
  files: readonly { readonly name: string; readonly alt?: string }[],
): NonNullable<RESTPostAPIChannelMessageJSONBody['attachments']> {
  return files.map(({ name, alt }, id) => ({
    id,
    filename: name,
    ...(alt !== undefined && { description: alt.slice(0, longestAlt) }),
  }));
}

function message(
  content: string,
  files: readonly NamedFile[],
  buttons: readonly PlacedButton[],
): OutgoingMessage {
  const body: RESTPostAPIChannelMessageJSONBody = {
    content,
    allowed_mentions: { parse: [] },
    components: buttonRows(buttons),
    attachments: attachmentsOf(files),
  };
  return { body, files: files.map(({ name, data, contentType }) => rawFile(name, data, contentType)) };
}

function rawFile(name: string, data: RawFile['data'], contentType: string | undefined): RawFile {
  return { name, data, ...(contentType !== undefined && { contentType }) };
}

function buttonOf({ id, label, style }: PlacedButton): APIButtonComponentWithCustomId {
  const shown = label.slice(0, longestLabel);
  return { type: ComponentType.Button, custom_id: id, label: shown, style: styles[style] };
}

function filesOf({ pictures = [], files = [] }: OutgoingReply, limits: ReplyLimits): readonly NamedFile[] {
  const all = [
    ...pictures.map(({ name, png, alt }) => ({
      name,
      data: viewOf(png),
      alt,
      contentType: 'image/png',
    })),
    ...files.map(({ name, type, bytes }) => ({ name, data: viewOf(bytes), contentType: type })),
  ];
  const large = all.find(({ data }) => data.length > limits.attachment);
  if (large) {
    const size = sizeWords(large.data.length);
    const most = sizeWords(limits.attachment);
    raise('invalid-file', limits.words.tooLarge(large.name, size, most));
  }
  return all;
}

/** The same bytes, not copied: files may be larger than Discord takes. */
function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function sizeWords(bytes: number): string {
  return bytes < 2 ** 20 ? `${Math.ceil(bytes / 2 ** 10)} kB` : `${(bytes / 2 ** 20).toFixed(1)} MB`;
}

/** Files in their order, as many together as one message may have. */
function grouped(files: readonly NamedFile[]): readonly (readonly NamedFile[])[] {
  const groups: NamedFile[][] = [];
  let bytes = 0;
  for (const file of files) {
    const last = groups.at(-1);
    if (last && last.length < mostFiles && bytes + file.data.length <= mostBytes) last.push(file);
    else groups.push([file]);
    bytes = groups.at(-1)!.reduce((sum, { data }) => sum + data.length, 0);
  }
  return groups;
}
