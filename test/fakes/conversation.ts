import type { Bot, Conversation, OutgoingReply } from '../../commands/bot/bot.ts';
import type { ProgressView } from '../../commands/bot/progress.ts';
import { plainText } from '../../commands/bot/rich-text.ts';
import type { Attachment, Server, User } from '../../commands/command.ts';

export interface RecordedConversation extends Conversation {
  readonly replies: OutgoingReply[];
  readonly updates: OutgoingReply[];
  readonly views: ProgressView[];
  /** What was called, in order. */
  readonly calls: string[];
  /** The words of the last reply or update. */
  words(): string;
  /** The id of a button of the last reply or update. */
  button(label: string): string;
}

/** A conversation that writes down what it is told. */
export function recordConversation(): RecordedConversation {
  const replies: OutgoingReply[] = [];
  const updates: OutgoingReply[] = [];
  const views: ProgressView[] = [];
  const calls: string[] = [];
  let latest: OutgoingReply | undefined;
  const keep = (list: OutgoingReply[], name: string) => async (reply: OutgoingReply) => {
    calls.push(name);
    list.push(reply);
    latest = reply;
  };
  return {
    replies,
    updates,
    views,
    calls,
    defer: async (visibility) => void calls.push(`defer ${visibility}`),
    progress(view) {
      calls.push('progress');
      views.push(view);
    },
    reply: keep(replies, 'reply'),
    update: keep(updates, 'update'),
    remove: async () => void calls.push('remove'),
    words: () => plainText(latest?.text ?? []),
    button(label) {
      const found = latest?.buttons?.find((button) => button.label === label);
      if (!found)
        throw new Error(`No button ${label} among ${latest?.buttons?.map((button) => button.label)}`);
      return found.id;
    },
  };
}

export const home: Server = { id: 'fake:home', name: 'home' };
export const ada: User = { id: 'ada', name: 'Ada', role: 'teacher' };
export const ben: User = { id: 'ben', name: 'Ben', role: 'teacher' };
export const boss: User = { id: 'boss', name: 'Boss', role: 'administrator' };

export function attachment(bytes: Uint8Array, name = 'picture.png'): Attachment {
  return { name, bytes: async () => bytes };
}

/** Runs a command as typed values would arrive, and returns what was answered. */
export async function ask(
  bot: Bot,
  command: string,
  options: Record<string, unknown> = {},
  { user = ada, server = home }: { user?: User; server?: Server } = {},
): Promise<RecordedConversation> {
  const conversation = recordConversation();
  await bot.run({ server, user, command, options }, conversation);
  return conversation;
}

export async function press(
  bot: Bot,
  id: string,
  { user = ada, server = home }: { user?: User; server?: Server } = {},
): Promise<RecordedConversation> {
  const conversation = recordConversation();
  await bot.press({ server, user, id }, conversation);
  return conversation;
}
