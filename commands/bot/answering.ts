import { ProblemError } from '../../src/result.ts';
import type { Command, Reply, User } from '../command.ts';
import { messagesIn } from '../locales/index.ts';
import type { KeptReply } from './accepted.ts';
import { placeButton } from './buttons.ts';
import type { Conversation, OutgoingReply } from './conversation.ts';
import { text } from './rich-text.ts';

/** The reply with its buttons as the platform keeps them: those of a request belong to who made it. */
export function placed(command: Command, requester: string, { buttons, ...reply }: Reply): OutgoingReply {
  if (!buttons) return reply;
  return { ...reply, buttons: buttons.map((button) => placeButton(command.name, requester, button)) };
}

/** Hears what failed where an answer was shown in words alone, and that the address of the conversation has changed. */
export interface DeliveryHooks {
  onWordsAlone(error: unknown): void;
  onMoved(): Promise<void>;
}

/** Replies; where that fails, says at least what is to be said `otherwise`, and why. */
export async function deliver(
  to: Conversation,
  { locale }: User,
  { whole, otherwise }: KeptReply,
  { onWordsAlone, onMoved }: DeliveryHooks,
): Promise<void> {
  try {
    await to.reply(whole, onMoved);
  } catch (error) {
    if (!otherwise) throw error;
    onWordsAlone(error);
    const { pictures: _, files: __, singles: ___, ...rest } = whole;
    const { bot, problem } = messagesIn(locale);
    const reason = error instanceof ProblemError ? problem(error.problem) : bot.wrong;
    await to.reply({ ...rest, text: [...otherwise, ' ', reason] });
  }
}

/** Answers with a sentence that only the one who asked sees. */
export function tell(conversation: Conversation, sentence: string): Promise<void> {
  return conversation.reply({ text: text`${sentence}`, visibility: 'requester' });
}
