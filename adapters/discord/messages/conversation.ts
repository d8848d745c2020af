import type { Conversation } from '../../../commands/bot/bot.ts';
import type { Visibility } from '../../../commands/command.ts';
import { raise } from '../../../src/result.ts';
import { createProgressPace } from '../../progress-pace.ts';
import { type AcknowledgementOptions, createAcknowledgement } from '../interactions/acknowledgement.ts';
import type { DiscordMessages } from '../locales/index.ts';
import type { Address, Courier } from './courier.ts';
import { messagesOf, personal, type ReplyLimits, workingMessage } from './messages.ts';
import { createPlace, original, type PlaceOptions, type Waiting } from './place.ts';
import { progressMessage } from './progress.ts';
import { kindOf } from './refusal.ts';

export interface ConversationOptions extends PlaceOptions, AcknowledgementOptions {
  readonly courier: Courier;
  readonly limits: Pick<ReplyLimits, 'attachment'>;
  readonly words: DiscordMessages;
  /** Names of the permissions that the bot lacks in the channel. */
  readonly missing: readonly string[];
  /** Milliseconds between two edits of progress, asked for after each. */
  readonly pace: () => number;
  /** What waits for the answer since before a restart. */
  readonly before?: Waiting;
  /** What else has to be known to answer after a restart. */
  readonly address: Omit<DiscordAddress, 'waiting'>;
}

/** Where something is answered, to be kept through a restart. */
export interface DiscordAddress {
  readonly interaction: Address;
  readonly kind: 'command' | 'press';
  readonly waiting?: Waiting | undefined;
  /** Whom the answer was deferred for, which may be everyone though one person alone sees that it is coming. */
  readonly visibility?: Visibility | undefined;
  /** Bytes that one attachment may have. */
  readonly attachment: number;
  /** Names of the permissions that the bot lacks there. */
  readonly missing: readonly string[];
}

/** A conversation, and what is due when its command has ended. */
export interface DiscordConversation extends Conversation {
  /** Shows no more progress, and acknowledges a pressed button that nothing has answered. */
  end(): Promise<void>;
}

/** Answers one slash command, sent form or pressed button. */
export function createConversation(options: ConversationOptions): DiscordConversation {
  const { courier, kind, missing, words } = options;
  const limits = { ...options.limits, words };
  const acknowledgement = createAcknowledgement(options);
  const place = createPlace(options);
  if (options.before) place.open(options.before);
  let deferredFor = options.address.visibility ?? (options.before?.alone ? 'requester' : undefined);
  let onMoved: (() => void) | undefined;

  const progress = createProgressPace(options.pace, async (view) =>
    place.show(await progressMessage(view, words), onMoved),
  );

  /** The original of a pressed button is the message it belongs to: what waits for an answer there is a message below it. */
  async function openPlace(): Promise<void> {
    const how = await acknowledgement.settled();
    if (how === 'placeholder') place.open({ id: original, alone: acknowledgement.personal });
    if (how === 'silent') place.open({ id: await courier.follow(workingMessage), alone: false });
  }

  return {
    async defer(visibility) {
      deferredFor = visibility;
      if (visibility === 'everyone' && missing.length > 0) raise('not-allowed', words.cannotPost(missing));
      if ((await acknowledgement.defer(visibility)) === 'too-late') {
        raise('cancelled', words.notAwaited);
      }
      await openPlace();
    },

    progress(view, whenMoved) {
      onMoved = whenMoved;
      progress.offer(view);
    },

    async reply(reply) {
      await progress.finish();
      const alone = [reply.visibility, deferredFor].includes('requester');
      const messages = messagesOf(reply, limits);
      if (acknowledgement.settled() === undefined && messages[0]?.files.length === 0) {
        const [first, ...others] = messages;
        const how = await acknowledgement.answer(alone ? personal(first!) : first!);
        return how === 'too-late' ? undefined : place.put(others, alone);
      }
      const how = await (acknowledgement.settled() ?? acknowledgement.defer(reply.visibility ?? 'everyone'));
      if (how === 'too-late') return;
      if (how === 'placeholder') await openPlace();
      await place.put(messages, alone, alone && deferredFor !== 'everyone');
    },

    async update(reply) {
      const [first, ...others] = messagesOf(reply, limits);
      if (!first) return;
      const atOnce = acknowledgement.settled() === undefined && first.files.length === 0;
      const how = await (atOnce ? acknowledgement.replace(first) : acknowledgement.silently());
      if (how === 'too-late') return;
      if (!atOnce) await courier.edit(original, first).catch(unlessGone);
      await place.put(others, false);
    },

    async remove() {
      if ((await acknowledgement.silently()) === 'too-late') return;
      await courier.remove(original).catch(unlessGone);
    },

    address: (): DiscordAddress => ({
      ...options.address,
      waiting: place.waiting(),
      visibility: deferredFor,
    }),

    async end() {
      await progress.finish();
      if (kind === 'press' && acknowledgement.settled() === undefined) await acknowledgement.silently();
    },
  };
}

function unlessGone(error: unknown): void {
  if (kindOf(error) !== 'gone') throw error;
}
