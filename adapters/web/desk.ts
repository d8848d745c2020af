import type { Bot, Log } from '../../commands/bot/bot.ts';
import { parseLine } from '../../commands/bot/line.ts';
import type { Attachment, Command, Server, User } from '../../commands/command.ts';
import { raise } from '../../src/result.ts';
import type { Channels } from './channels.ts';
import { createConversation, newMessageId } from './conversation.ts';
import type { FileShelf } from './files.ts';
import { attachmentOf, thumbnails } from './uploads.ts';
import type { Message } from './wire.ts';

/** Where what people send becomes commands. */
export interface Desk {
  /** Posts the person's message, then runs its command; resolves once it is posted. */
  say(message: {
    readonly server: Server;
    readonly user: User;
    readonly line: string;
    readonly pictures: readonly File[];
  }): Promise<void>;
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

  function converse(server: Server, user: User, pressed?: Message) {
    const base = { channels, files, channel: channelOf(server), user: user.id };
    return createConversation(pressed ? { ...base, pressed } : base);
  }

  /** Answers go to the stream of the channel, so nobody waits for the job itself. */
  function letRun(server: Server, job: Promise<void>): void {
    void job
      .catch((error: unknown) => log.error({ error }, 'a job of the local chat failed'))
      .finally(() => channels.tell(channelOf(server), { type: 'concepts' }));
  }

  return {
    async say({ server, user, line, pictures }) {
      const shown = await thumbnails(pictures, files);
      const message = {
        id: newMessageId(),
        user: user.id,
        author: 'person',
        at: new Date().toISOString(),
      } as const;
      const text = [line.trim()];
      await channels.put(channelOf(server), {
        ...message,
        text,
        ...(shown.length > 0 ? { pictures: shown } : {}),
      });
      const conversation = converse(server, user);
      const typed = parseLine(bot.commands, line);
      if (!typed.ok) return conversation.reply({ text: [typed.problem.message], visibility: 'requester' });
      const { command, options } = typed.value;
      const given = { ...options, ...attached(command, pictures.map(attachmentOf)) };
      letRun(server, bot.run({ server, user, command: command.name, options: given }, conversation));
    },

    async press({ server, user, message, button }) {
      const pressed = channels.message(channelOf(server), message);
      const cancel = button.startsWith('cancel/');
      const known = cancel || pressed?.buttons?.some(({ id }) => id === button);
      if (!pressed || !known) raise('not-found', 'That button is no longer there.');
      if (pressed.personal && pressed.user !== user.id) raise('not-found', 'That button is no longer there.');
      letRun(server, bot.press({ server, user, id: button }, converse(server, user, pressed)));
    },
  };
}

/** Files go to the command's attachment option; where it has none, they are left over and it does not mind. */
function attached(command: Command, files: readonly Attachment[]): Record<string, readonly Attachment[]> {
  const option = Object.entries(command.options).find(([, { type }]) => type === 'attachment');
  return option ? { [option[0]]: files } : {};
}
