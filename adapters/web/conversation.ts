import { randomBytes } from 'node:crypto';
import type { Conversation, OutgoingReply } from '../../commands/bot/bot.ts';
import type { ProgressView } from '../../commands/bot/progress.ts';
import type { Visibility } from '../../commands/command.ts';
import { encodePreview } from '../../src/pictures/encode.ts';
import { createProgressPace } from '../progress-pace.ts';
import type { Channels } from './channels.ts';
import { type FileShelf, fileOf, pngSize } from './files.ts';
import { emptied, urlsOf } from './history.ts';
import { shelve } from './shelve.ts';
import type { Message, MessageProgress } from './wire.ts';

export interface ConversationOptions {
  readonly channels: Channels;
  readonly files: FileShelf;
  readonly channel: string;
  /** Id of the person who is answered. */
  readonly user: string;
  /** Id of the message that is answered, where it is a command. */
  readonly asked?: string;
  /** The message with the pressed button. */
  readonly pressed?: Message;
  /** The message that says that an answer is coming, where there is one from before a restart. */
  readonly waiting?: Message;
  /** Hears why an answer that is shown could not be kept. */
  readonly onUnkept: (error: unknown) => void;
  /** Shortest time between two shows of progress, in milliseconds. */
  readonly pace?: number;
}

/** The messages of a conversation, by which it is found again. Whoever puts an answer there twice has put it there once. */
export interface WebAddress {
  readonly asked?: string;
  readonly pressed?: string;
  readonly waiting?: string;
  /** That the answer is for the person alone. */
  readonly personal?: true;
}

const extensions = { 'image/png': 'png', 'application/octet-stream': 'bin' } as const;

/** 72 random bits in 12 characters that an address may have. */
export function newMessageId(): string {
  return randomBytes(9).toString('base64url');
}

/** A message of the bot for `user` that says nothing yet. */
export function emptyAnswer(
  user: string,
  { waiting = newMessageId(), asked, personal }: WebAddress = {},
): Message {
  return {
    id: waiting,
    user,
    author: 'bot',
    at: new Date().toISOString(),
    text: [],
    ...(personal && { personal }),
    ...(asked !== undefined && { answers: asked }),
  };
}

/** Answers one command or pressed button in a channel. */
export function createConversation(options: ConversationOptions): Conversation {
  const { channels, files, channel, user, asked, pressed, onUnkept, pace = 200 } = options;
  let { waiting } = options;

  const progress = createProgressPace(pace, async (view) => {
    if (!waiting) return;
    const { id, personal } = waiting;
    const event = { type: 'progress', id, progress: await shown(view) } as const;
    channels.tell(channel, event, personal ? user : undefined);
  });

  /** What is shown is answered, whether or not it outlasts a restart. */
  const show = (message: Message) => {
    const kept = channels.put(channel, message).catch(onUnkept);
    files.release(urlsOf(message).map(fileOf));
    return kept;
  };

  const blank = (visibility: Visibility) =>
    emptyAnswer(user, {
      ...(asked !== undefined && { asked }),
      ...(visibility === 'requester' && { personal: true }),
    });

  return {
    async defer(visibility) {
      waiting = blank(visibility);
      await channels.put(channel, { ...waiting, state: 'working' });
    },
    progress: (view) => progress.offer(view),
    async reply(reply) {
      if (reply.draft !== undefined)
        return channels.tell(channel, { type: 'draft', user, line: reply.draft });
      await progress.finish();
      const { state: _, ...base } = waiting ?? blank(reply.visibility ?? 'everyone');
      const shown = await content(files, channels, reply);
      waiting = undefined;
      await show({ ...base, ...shown });
    },
    async update(reply) {
      if (!pressed || !channels.message(channel, pressed.id)) return;
      await show({ ...emptied(pressed), ...(await content(files, channels, reply)) });
      for (const token of reply.forgets ?? []) await channels.strip(channel, token);
      if (reply.erases !== undefined) await channels.erase(channel, reply.erases, pressed.id);
    },
    async remove() {
      if (pressed && channels.message(channel, pressed.id)) await channels.remove(channel, pressed.id);
    },
    address: (): WebAddress => ({
      ...(asked !== undefined && { asked }),
      ...(pressed && { pressed: pressed.id }),
      ...(waiting && { waiting: waiting.id, ...(waiting.personal && { personal: true }) }),
    }),
  };
}

/** What a reply shows, its pictures and files put on the shelf. */
async function content(shelf: FileShelf, channels: Channels, reply: OutgoingReply) {
  const { text, pictures = [], singles = [], buttons = [], shows } = reply;
  const files = [...singles, ...(reply.files ?? [])];
  const urls = await shelve(
    shelf,
    [
      ...pictures.map(({ png }) => ({ bytes: png, extension: 'png' as const })),
      ...files.map(({ type, bytes }) => ({ bytes, extension: extensions[type] })),
    ],
    () => channels.shown(),
  );
  const shownPictures = pictures.map(({ name, png, alt }, index) => ({
    url: urls[index]!,
    name,
    alt,
    ...pngSize(png),
  }));
  const kept = files.map(({ name, type, bytes }, index) => ({
    url: urls[pictures.length + index]!,
    name,
    type,
    size: bytes.length,
    ...(type === 'image/png' ? pngSize(bytes) : {}),
  }));
  return {
    text,
    ...(pictures.length > 0 ? { pictures: shownPictures } : {}),
    ...(files.length > 0 ? { files: kept } : {}),
    ...(buttons.length > 0 ? { buttons } : {}),
    ...(shows === undefined ? {} : { concept: shows }),
  };
}

async function shown({ preview, ...view }: ProgressView): Promise<MessageProgress> {
  if (!preview) return view;
  const jpeg = Buffer.from(await encodePreview(preview));
  return { ...view, preview: `data:image/jpeg;base64,${jpeg.toString('base64')}` };
}
