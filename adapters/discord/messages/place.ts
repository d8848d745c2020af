import { text } from '../../../commands/bot/rich-text.ts';
import { ProblemError } from '../../../src/result.ts';
import { persistently } from '../../patience.ts';
import type { DiscordMessages } from '../locales/index.ts';
import type { Courier, OutgoingMessage } from './courier.ts';
import { addressed, personal, plainMessage } from './messages.ts';
import { kindOf } from './refusal.ts';

export interface PlaceOptions {
  readonly courier: Courier;
  /** The begin of the nonces of its messages, at most 20 characters. */
  readonly nonce: string;
  /** Id of the person who is answered. */
  readonly user: string;
  readonly words: DiscordMessages;
  /** The permissions that the bot lacks in the channel, so that it can post nothing of its own there. */
  readonly missing: readonly string[];
  /** Milliseconds to wait before each new attempt where Discord cannot be reached. */
  readonly patience: readonly number[];
}

/** What an interaction calls the first message that answers it. */
export const original = '@original';

/** A message that says that an answer is coming, and whether one person alone sees it. */
export interface Waiting {
  /** What its interaction calls it. */
  readonly id: string;
  /** What its channel calls it, once that is known: by this the bot can edit it without the interaction's token. */
  readonly message?: string | undefined;
  readonly alone: boolean;
}

/** Where answers are put: first in the place of a message that says they are coming, then below it. */
export interface Place {
  /** Makes what waits for an answer the place of the first one. Only the first call does anything. */
  open(waiting: Waiting): void;
  /** The message that waits for an answer. */
  waiting(): Waiting | undefined;
  /**
   * Shows progress there. What cannot be shown is left out.
   * @param onKnown called where it is known by that what the channel calls the message
   */
  show(message: OutgoingMessage, onKnown?: () => void): Promise<void>;
  /**
   * Puts the messages there, all of them and each once. After the 15 minutes that Discord gives to an answer, or where the
   * place was deleted, they are posted in the channel, naming the person they are for. Where they are `forOneAlone` and can be
   * shown to nobody alone any more, the person is told that there in their stead. What is for everyone is posted then, also
   * where one person alone saw that it was coming. Rejects with a problem or a refusal where they cannot be shown.
   * @param always whether nobody else may see them after that either, as where they are `forOneAlone` and this is not said
   */
  put(messages: readonly OutgoingMessage[], forOneAlone: boolean, always?: boolean): Promise<void>;
}

/** Who sees a message. */
interface Audience {
  /** One person alone, as long as the interaction's token is good. */
  readonly alone: boolean;
  /** And nobody else after that. */
  readonly always: boolean;
}

export function createPlace({ courier, nonce, user, words, missing, patience }: PlaceOptions): Place {
  const answeredBelow = plainMessage(text`${words.answeredBelow}`);
  const lateForOneAlone = addressed(plainMessage(text`${words.lateForOneAlone}`), user);
  let slot: Waiting | undefined;
  let opened = false;
  let expired = false;
  let muted = false;
  /** How many messages are in their places: by its number Discord knows a message again, wherever that is. */
  let done = 0;
  let named = false;
  let told = false;

  /** Tries again where it is not known what became of it: only for what may be done twice without harm. */
  const untilReached = <T>(attempt: () => Promise<T>) =>
    persistently(patience, (error) => kindOf(error) === 'unreachable', attempt);

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

  /** Posts a message once, however often it has to be sent. */
  async function post(message: OutgoingMessage): Promise<void> {
    const own = `${nonce}-${done}`;
    await untilReached(() => courier.post(message, own));
  }

  /** Posts what can no longer be put in its place; the first of these names the person it is for. */
  async function postLate(message: OutgoingMessage, { alone, always }: Audience): Promise<void> {
    if (alone && always) return tellLate();
    await post(named ? message : addressed(message, user));
    named = true;
  }

  /** Says once, and nothing of what it was, that an answer for one person alone came too late. */
  async function tellLate(): Promise<void> {
    if (!told) await post(lateForOneAlone);
    told = true;
  }

  async function fill(
    message: OutgoingMessage,
    { id, message: shown }: Waiting,
    audience: Audience,
  ): Promise<void> {
    if (await whileItLasts(() => untilReached(() => courier.edit(id, message)))) return;
    if (audience.alone && !expired) return add(message, audience);
    await postLate(message, audience);
    if (expired && shown !== undefined) await courier.editAsBot(shown, answeredBelow).catch(() => {});
  }

  /** Adds a message below: as the bot where it may, for what is added by the token may be there twice after an error. */
  async function add(message: OutgoingMessage, audience: Audience): Promise<void> {
    const { alone } = audience;
    if (!alone && !expired && missing.length === 0) return post(message);
    const sent = await whileItLasts(() => courier.follow(alone ? personal(message) : message));
    if (!sent) await postLate(message, audience);
  }

  /** What one person alone sees the bot cannot edit without the token, whatever it is called. */
  function noteMessage(message: string, onKnown?: () => void): void {
    if (!slot || slot.alone || slot.message === message) return;
    slot = { ...slot, message };
    onKnown?.();
  }

  function explained(error: unknown): unknown {
    const kind = kindOf(error);
    if (kind === 'forbidden') {
      return new ProblemError({ code: 'not-allowed', message: words.noLongerAllowed });
    }
    if (kind !== 'too-large') return error;
    return new ProblemError({ code: 'invalid-file', message: words.allTooLarge });
  }

  return {
    open(waiting) {
      if (opened) return;
      opened = true;
      slot = waiting.id === original ? waiting : { ...waiting, message: waiting.id };
    },

    waiting: () => slot,

    async show(message, onKnown) {
      if (!slot || muted) return;
      const { id, message: shown, alone } = slot;
      try {
        const edited = await whileItLasts(async () => noteMessage(await courier.edit(id, message), onKnown));
        if (edited) return;
        if (!expired || alone || shown === undefined) muted = true;
        else await courier.editAsBot(shown, message);
      } catch (error) {
        if (kindOf(error) !== 'unreachable') muted = true;
      }
    },

    async put(messages, forOneAlone, always = forOneAlone) {
      try {
        let rest = messages;
        const audience = { alone: slot?.alone ?? forOneAlone, always };
        if (slot && rest[0]) {
          await fill(rest[0], slot, audience);
          slot = undefined;
          done++;
          rest = rest.slice(1);
        }
        for (const message of rest) {
          await add(message, audience);
          done++;
        }
      } catch (error) {
        throw explained(error);
      }
    },
  };
}
