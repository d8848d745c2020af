import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { styleText } from 'node:util';
import type { Bot, Conversation, OutgoingReply } from '../../../commands/bot/bot.ts';
import { parseLine } from '../../../commands/bot/line.ts';
import { plainText, type RichText, type Span } from '../../../commands/bot/rich-text.ts';
import type { Server, User } from '../../../commands/command.ts';
import { raise, unwrap } from '../../../src/result.ts';
import { progressLine } from '../progress-line.ts';
import { shownPath } from '../shown-path.ts';

/** What a command answered, its files written. */
export interface Answer {
  /** The picture to look at. */
  readonly picture: Uint8Array;
  /** Its file's path. */
  readonly file: string;
}

/** One person's side of a conversation, shown in the terminal as it goes. */
export interface Chat {
  /** Types a line, with pictures to go along. Raises what the bot answered where that has no picture. */
  send(line: string, pictures?: readonly Uint8Array[]): Promise<Answer>;
}

const server: Server = { id: 'demo:sketchbook', name: 'sketchbook' };
const user: User = { id: 'visitor', name: 'Visitor', role: 'administrator' };
const margin = ' '.repeat(5);

/** The server that the conversation is held on. */
export const demoServer = server.id;

/** @param folder where the files that come with answers go */
export function createChat(bot: Bot, folder: string): Chat {
  return {
    async send(line, pictures = []) {
      console.log(said('you', [{ strong: line }, ...attached(pictures.length)]));
      const { command, options } = unwrap(parseLine(bot.commands, line));
      const attachments = pictures.map((bytes, index) => ({
        name: `${index + 1}.png`,
        bytes: async () => bytes,
      }));
      const given = pictures.length > 0 ? { ...options, pictures: attachments } : options;
      const { conversation, reply } = listen();
      await bot.run({ server, user, command: command.name, options: given }, conversation);
      return show(await reply, folder);
    },
  };
}

function attached(count: number): RichText {
  return count === 0 ? [] : [{ note: `  + ${count} pictures` }];
}

/** Shows progress as a line that is drawn over, until the first reply comes. */
function listen(): { readonly conversation: Conversation; readonly reply: Promise<OutgoingReply> } {
  const line = progressLine(margin.slice(1));
  const { promise, resolve } = Promise.withResolvers<OutgoingReply>();
  const answer = async (reply: OutgoingReply) => {
    line.clear();
    resolve(reply);
  };
  return {
    reply: promise,
    conversation: {
      defer: async () => {},
      progress: (view) => line.update(view.fraction ?? 0, view.inWords),
      reply: answer,
      update: answer,
      remove: async () => {},
    },
  };
}

async function show({ text, pictures = [], singles = [] }: OutgoingReply, folder: string): Promise<Answer> {
  const [picture] = pictures;
  if (!picture) return raise('cancelled', plainText(text));
  await mkdir(folder, { recursive: true });
  for (const { name, bytes } of [{ name: picture.name, bytes: picture.png }, ...singles]) {
    await writeFile(join(folder, name), bytes);
  }
  const file = join(folder, picture.name);
  const others = singles.length === 0 ? '' : ` and its ${singles.length} single pictures`;
  console.log(said('bot', [...text, '\n', { note: `→ ${shownPath(file)}${others}` }]));
  console.log();
  return { picture: picture.png, file };
}

function said(who: string, text: RichText): string {
  const name = styleText(who === 'you' ? 'cyan' : 'magenta', who);
  return ` ${name} ${text.map(styled).join('').replaceAll('\n', `\n${margin}`)}`;
}

function styled(span: Span): string {
  if (typeof span === 'string') return span;
  if ('strong' in span) return styleText('bold', span.strong);
  if ('link' in span) return span.link;
  return 'code' in span ? styleText('green', span.code) : styleText('dim', span.note);
}
