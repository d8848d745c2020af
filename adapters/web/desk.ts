import { type Bot, type Log, mayUse } from '../../commands/bot/bot.ts';
import { parseLine } from '../../commands/bot/line.ts';
import type { Attachment, AttachmentOption, Command, Server, User } from '../../commands/command.ts';
import { raise } from '../../src/result.ts';
import type { Channels } from './channels.ts';
import { createConversation, newMessageId } from './conversation.ts';
import type { FileShelf } from './files.ts';
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
  /** Posts the person's message, then runs its command; resolves once it is posted. */
  say(message: { readonly server: Server; readonly user: User } & Upload): Promise<Job>;
  /** Raises 'not-found' unless the message is there for the user and has the button. */
  press(press: {
    readonly server: Server;
    readonly user: User;
    readonly message: string;
    readonly button: string;
  }): Promise<void>;
}

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
    to: { readonly asked: string } | { readonly pressed: Message },
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
    async say({ server, user, line, files: given }) {
      const typed = parseLine(bot.commands, line);
      const pictures = typed.ok && mayAttach(typed.value.command, user, given.length);
      const shown = pictures ? await thumbnails(given, files) : [];
      const message: Message = {
        id: newMessageId(),
        user: user.id,
        author: 'person',
        at: new Date().toISOString(),
        text: [line.trim()],
        ...(shown.length > 0 ? { pictures: shown } : {}),
      };
      await channels.put(channelOf(server), message);
      const conversation = converse(server, user, { asked: message.id });
      if (!typed.ok) {
        await conversation.reply({ text: [typed.problem.message], visibility: 'requester' });
        return { ended: Promise.resolve() };
      }
      const { command, options: words } = typed.value;
      const options = { ...words, ...attached(command, given.map(attachmentOf)) };
      return letRun(server, bot.run({ server, user, command: command.name, options }, conversation));
    },

    async press({ server, user, message, button }) {
      const pressed = channels.message(channelOf(server), message);
      const cancel = button.startsWith('cancel/');
      const known = cancel || pressed?.buttons?.some(({ id }) => id === button);
      if (!pressed || !known) raise('not-found', 'That button is no longer there.');
      if (pressed.personal && pressed.user !== user.id) raise('not-found', 'That button is no longer there.');
      letRun(server, bot.press({ server, user, id: button }, converse(server, user, { pressed })));
    },
  };
}

/** Whether the user may give the command so many files. */
function mayAttach(command: Command, user: User, count: number): boolean {
  return mayUse(command, user) && count <= (attachmentOption(command)?.[1].maximum ?? 0);
}

/** Files go to the command's attachment option; where it has none, they are left over and it does not mind. */
function attached(command: Command, files: readonly Attachment[]): Record<string, readonly Attachment[]> {
  const option = attachmentOption(command);
  return option ? { [option[0]]: files } : {};
}

function attachmentOption(command: Command): readonly [string, AttachmentOption] | undefined {
  for (const [name, option] of Object.entries(command.options)) {
    if (option.type === 'attachment') return [name, option];
  }
  return undefined;
}
