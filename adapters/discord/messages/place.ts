import { setTimeout as pause } from 'node:timers/promises';
import { text } from '../../../commands/bot/rich-text.ts';
import { ProblemError } from '../../../src/result.ts';
import type { Courier, OutgoingMessage } from './courier.ts';
import { addressed, personal, plainMessage } from './messages.ts';
import { kindOf } from './refusal.ts';

export interface PlaceOptions {
  readonly courier: Courier;
  /** The begin of the nonces of its messages, at most 20 characters. */
  readonly nonce: string;
  /** Id of the person who is answered. */
  readonly user: string;
  /** Milliseconds to wait before each new attempt where Discord cannot be reached. */
  readonly patience: readonly number[];
}

/** Where answers are put: first in the place of a message that says they are coming, then below it. */
export interface Place {
  /** Makes the message `id`, which waits for an answer, the place of the first one. Only the first call does anything. */
  open(id: string, forOneAlone: boolean): void;
  /** Shows progress there. What cannot be shown is left out. */
  show(message: OutgoingMessage): Promise<void>;
  /**
   * Puts the messages there, all of them and each once. After the 15 minutes that Discord gives to an answer, or where the
   * place was deleted, they are posted in the channel, naming the person they are for; those for one person alone cannot be.
   * Rejects with a problem or a refusal where they cannot be shown.
   */
  put(messages: readonly OutgoingMessage[], forOneAlone: boolean): Promise<void>;
}

const answeredBelow = plainMessage(
  text`That took longer than Discord waits for an answer, so the answer is in a message of its own.`,
);

export function createPlace({ courier, nonce, user, patience }: PlaceOptions): Place {
  let slot: { readonly id: string; readonly alone: boolean } | undefined;
  let opened = false;
  let expired = false;
  let muted = false;
  /** The id of the message at the slot, once it is known. */
  let shown: string | undefined;
  let posted = 0;

  /** Tries again where it is not known what became of it: only for what may be done twice without harm. */
  async function persistently<T>(attempt: () => Promise<T>): Promise<T> {
    for (const milliseconds of patience) {
      try {
        return await attempt();
      } catch (error) {
        if (kindOf(error) !== 'unreachable') throw error;
        await pause(milliseconds);
      }
    }
    return attempt();
  }

  /** True where it worked; false where the token has expired or the message is gone. */
  async function whileItLasts(attempt: () => Promise<unknown>): Promise<boolean> {
    if (expired) return false;
    try {
      await attempt();
      return true;
    } catch (error) {
      const kind = kindOf(error);
      if (kind === 'expired') expired = true;
      if (kind === 'expired' || kind === 'gone') return false;
      throw error;
    }
  }

  async function post(message: OutgoingMessage, alone: boolean): Promise<void> {
    if (alone)
      throw new ProblemError({
        code: 'cancelled',
        message: 'It is too late to say this to one person alone.',
      });
    const own = `${nonce}-${posted}`;
    const named = posted === 0 ? addressed(message, user) : message;
    await persistently(() => courier.post(named, own));
    posted++;
  }

  async function fill(message: OutgoingMessage, { id, alone }: NonNullable<typeof slot>): Promise<void> {
    if (await whileItLasts(() => persistently(() => courier.edit(id, message)))) return;
    await post(message, alone);
    if (expired && shown !== undefined) await courier.editAsBot(shown, answeredBelow).catch(() => {});
  }

  return {
    open(id, alone) {
      if (opened) return;
      opened = true;
      slot = { id, alone };
      if (id !== '@original') shown = id;
    },

    async show(message) {
      if (!slot || muted) return;
      const { id, alone } = slot;
      try {
        const edited = await whileItLasts(async () => (shown = await courier.edit(id, message)));
        if (edited) return;
        if (!expired || alone || shown === undefined) muted = true;
        else await courier.editAsBot(shown, message);
      } catch (error) {
        if (kindOf(error) !== 'unreachable') muted = true;
      }
    },

    async put(messages, forOneAlone) {
      try {
        let rest = messages;
        const alone = slot?.alone ?? forOneAlone;
        if (slot && rest[0]) {
          await fill(rest[0], slot);
          slot = undefined;
          rest = rest.slice(1);
        }
        for (const message of rest) {
          const sent = await whileItLasts(() => courier.follow(alone ? personal(message) : message));
          if (!sent) await post(message, alone);
        }
      } catch (error) {
        throw explained(error);
      }
    },
  };
}

function explained(error: unknown): unknown {
  const kind = kindOf(error);
  if (kind === 'forbidden') {
    return new ProblemError({ code: 'not-allowed', message: 'I may no longer post in this channel.' });
  }
  if (kind !== 'too-large') return error;
  return new ProblemError({
    code: 'invalid-file',
    message: 'Discord finds the pictures too large for this server.',
  });
}
