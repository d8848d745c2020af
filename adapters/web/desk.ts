import { z } from 'zod';
import type { Bot, Log, Reopen } from '../../commands/bot/bot.ts';
import { parseLine } from '../../commands/bot/line.ts';
import { quoted } from '../../commands/bot/quoted.ts';
import type { Attachment, Command, Server, User } from '../../commands/command.ts';
import { raise, unwrap } from '../../src/result.ts';
import { sharingRoom } from '../room.ts';
import type { Channels } from './channels.ts';
import { type ConversationOptions, createConversation, emptyAnswer, newMessageId } from './conversation.ts';
import { type FileShelf, fileOf } from './files.ts';
import { urlsOf } from './history.ts';
import { thumbnails } from './thumbnails.ts';
import { attachmentOf, type Upload } from './uploads.ts';
import type { Message } from './wire.ts';

/** A command at work. */
export interface Job {
  /** Resolves when it has ended, however it did. */
  readonly ended: Promise<void>;
}

/** Where what people send becomes commands. */
export interface Desk {
  /**
   * Posts the person's message, then runs its command; resolves once it is posted. Raises what refuses the command as it
   * was sent, and posts nothing then: the line and its pictures are still where they were typed.
   */
  say(
    message: {
      readonly server: Server;
      readonly user: User;
      /** Called once nobody needs the files any more, where that is before the job has ended. */
      readonly giveBack: () => void;
    } & Upload,
  ): Promise<Job>;
  /** Raises 'not-found' unless the message is there for the user and has the button. */
  press(press: {
    readonly server: Server;
    readonly user: User;
    readonly message: string;
    readonly button: string;
  }): Promise<void>;
  /** Makes a conversation from before a restart again, also where newer messages have taken the place of the one that awaits its answer. */
  readonly reopen: Reopen;
}

const addressSchema = z.object({
  asked: z.string().exactOptional(),
  pressed: z.string().exactOptional(),
  waiting: z.string().exactOptional(),
  personal: z.literal(true).exactOptional(),
});

export interface DeskOptions {
  readonly bot: Bot;
  readonly log: Log;
  readonly channels: Channels;
  readonly files: FileShelf;
}

export function createDesk({ bot, log, channels, files }: DeskOptions): Desk {
  const channelOf = (server: Server) => server.id.slice('web:'.length);

  function converse(
    server: Server,
    user: User,
    to: Pick<ConversationOptions, 'asked' | 'pressed' | 'waiting'>,
  ) {
    const onUnkept = (error: unknown) => log.error({ error }, 'an answer was shown but not kept');
    const channel = channelOf(server);
    return createConversation({ channels, files, channel, user: user.id, onUnkept, ...to });
  }

  /** Answers go to the stream of the channel, so nobody waits for the job itself. */
  function letRun(server: Server, job: Promise<void>): Job {
    const ended = job
      .catch((error: unknown) => log.error({ error }, 'a job of the local chat failed'))
      .finally(() => channels.tell(channelOf(server), { type: 'concepts' }));
    return { ended };
  }

  return {
    async reopen(address, { server, user }) {
      const channel = channelOf(server);
      const read = addressSchema.safeParse(address);
      if (!read.success || !channels.find(channel)) return undefined;
      const { asked, pressed: button, waiting: place } = read.data;
      if (place === undefined) return undefined;
      const pressed = button === undefined ? undefined : channels.message(channel, button);
      const waiting = channels.message(channel, place) ?? emptyAnswer(user.id, read.data);
      return converse(server, user, {
        waiting,
        ...(asked !== undefined && { asked }),
        ...(pressed && { pressed }),
      });
    },

    async say({ server, user, giveBack, line, files: given }) {
      const { command, options: words, rest } = unwrap(parseLine(bot.commands, line));
      if (rest !== '') raise('invalid-option', leftOver(rest));
      const inShare = sharingRoom(given.length, giveBack);
      const attachments = given.map((file) => inShare(attachmentOf(file)));
      const options = { ...words, ...attached(command, attachments) };
      const invocation = { server, user, command: command.name, options };
      unwrap(await bot.check(invocation));
      const pictures = given.filter(({ bytes }) => bytes.length <= bot.largestPicture);
      const shown = attachmentOption(command)
        ? await thumbnails(server.id, pictures, files, () => channels.shown())
        : [];
      const message: Message = {
        id: newMessageId(),
        user: user.id,
        author: 'person',
        at: new Date().toISOString(),
        text: [line.trim()],
        ...(shown.length > 0 ? { pictures: shown } : {}),
      };
      const posted = channels.put(channelOf(server), message);
      files.release(urlsOf(message).map(fileOf));
      await posted;
      const conversation = converse(server, user, { asked: message.id });
      return letRun(server, bot.run(invocation, conversation));
    },

    async press({ server, user, message, button }) {
      const pressed = channels.message(channelOf(server), message);
      const cancel = button.startsWith('cancel/');
      const known = cancel || pressed?.buttons?.some(({ id }) => id === button);
      if (!pressed || !known) raise('not-found', 'That button is no longer there.');
      if (pressed.personal && pressed.user !== user.id) raise('not-found', 'That button is no longer there.');
      const press = { server, user, id: button, ...(!pressed.personal && { message: `#${pressed.id}` }) };
      letRun(server, bot.press(press, converse(server, user, { pressed })));
    },
  };
}

function leftOver(rest: string): string {
  return `${quoted(rest)} belongs to no option. Put words with spaces between quotation marks, such as negative:"dark, blurred".`;
}

/** Files go to the command's attachment option; where it has none, they are left over and it does not mind. */
function attached(command: Command, files: readonly Attachment[]): Record<string, readonly Attachment[]> {
  const option = attachmentOption(command);
  return option === undefined ? {} : { [option]: files };
}

function attachmentOption(command: Command): string | undefined {
  return Object.keys(command.options).find((name) => command.options[name]?.type === 'attachment');
}
