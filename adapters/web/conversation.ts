import { randomBytes } from 'node:crypto';
import type { Conversation, OutgoingReply } from '../../commands/bot/bot.ts';
import type { ProgressView } from '../../commands/bot/progress.ts';
import type { Visibility } from '../../commands/command.ts';
import { encodePreview } from '../../src/pictures/encode.ts';
import { createPace } from '../pace.ts';
import { type Channels, emptied, urlsOf } from './channels.ts';
import { type FileShelf, fileOf, pngSize, urlOf } from './files.ts';
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
  /** Hears why an answer that is shown could not be kept. */
  readonly onUnkept: (error: unknown) => void;
  /** Shortest time between two shows of progress, in milliseconds. */
  readonly pace?: number;
}

export function newMessageId(): string {
  return randomBytes(9).toString('base64url');
}

/** Answers one command or pressed button in a channel. */
export function createConversation(options: ConversationOptions): Conversation {
  const { channels, files, channel, user, asked, pressed, onUnkept, pace = 200 } = options;
  let waiting: Message | undefined;

  const progress = createPace(pace, async (view: ProgressView) => {
    if (!waiting) return;
    channels.tell(channel, { type: 'progress', id: waiting.id, progress: await shown(view) });
  });

  /** What is shown is answered, whether or not it outlasts a restart. */
  const show = (message: Message) => {
    const kept = channels.put(channel, message).catch(onUnkept);
    files.release(urlsOf(message).map(fileOf));
    return kept;
  };

  function blank(visibility: Visibility): Message {
    const personal = visibility === 'requester' ? { personal: true as const } : {};
    return { id: newMessageId(), user, author: 'bot', at: new Date().toISOString(), text: [], ...personal };
  }

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
      const base = waiting ?? blank(reply.visibility ?? 'everyone');
      const shown = await content(files, reply);
      waiting = undefined;
      await show({ ...base, ...shown, ...(asked === undefined ? {} : { answers: asked }) });
    },
    async update(reply) {
      if (!pressed || !channels.message(channel, pressed.id)) return;
      await show({ ...emptied(pressed), ...(await content(files, reply)) });
      if (reply.forgets !== undefined) await channels.strip(channel, reply.forgets);
    },
    async remove() {
      if (pressed && channels.message(channel, pressed.id)) await channels.remove(channel, pressed.id);
    },
  };
}

/** What a reply shows, its pictures and files put on the shelf. */
async function content(shelf: FileShelf, reply: OutgoingReply) {
  const { text, pictures = [], files = [], buttons = [], shows } = reply;
  const shownPictures = pictures.map(async ({ name, png, alt }) => ({
    url: urlOf(await shelf.put(png, 'png')),
    name,
    alt,
    ...pngSize(png),
  }));
  const kept = files.map(async ({ name, type, bytes }) => ({
    url: urlOf(await shelf.put(bytes, type === 'image/png' ? 'png' : 'bin')),
    name,
    type,
    size: bytes.length,
    ...(type === 'image/png' ? pngSize(bytes) : {}),
  }));
  return {
    text,
    ...(pictures.length > 0 ? { pictures: await Promise.all(shownPictures) } : {}),
    ...(files.length > 0 ? { files: await Promise.all(kept) } : {}),
    ...(buttons.length > 0 ? { buttons } : {}),
    ...(shows === undefined ? {} : { concept: shows }),
  };
}

async function shown({ preview, ...view }: ProgressView): Promise<MessageProgress> {
  if (!preview) return view;
  const jpeg = Buffer.from(await encodePreview(preview));
  return { ...view, preview: `data:image/jpeg;base64,${jpeg.toString('base64')}` };
}
