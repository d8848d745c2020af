import { raise } from '../../../src/result.ts';
import type { Occasion } from '../listening/occasion.ts';
import type { SlackMessages } from '../locales/index.ts';
import { appName } from '../names.ts';
import type { Courier, Spot } from './courier.ts';
import type { SlackMessage } from './messages.ts';
import { kindOf, SlackRefusal } from './refusal.ts';

/** Where something was asked, and how what answers it gets there. */
export interface Place {
  /**
   * Posts for everyone in the channel, which the bot joins where it may. Raises 'not-allowed', saying how to invite it, where it
   * cannot post there.
   */
  post(message: SlackMessage): Promise<Spot>;
  /** Posts to the person who asked, in their own conversation with the bot. */
  postDirectly(message: SlackMessage): Promise<Spot>;
  /** Shows it to the person who asked alone, wherever that can still be done. */
  whisper(message: SlackMessage): Promise<void>;
}

export interface PlaceOptions {
  readonly courier: Courier;
  readonly occasion: Occasion;
  readonly words: SlackMessages;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A `response_url` takes five answers within half an hour; one is kept for the message that it belongs to. */
const mostWhispers = 4;
const addressLife = 29 * 60_000;

export function createPlace({ courier, occasion, words, now }: PlaceOptions): Place {
  const { user, channel, thread, responseUrl, at } = occasion;
  let whispers = 0;

  const enter = (message: SlackMessage): Promise<Spot> =>
    channel ? courier.post(channel.id, message, thread) : courier.post(user, message);

  async function whisperThere(message: SlackMessage): Promise<boolean> {
    if (responseUrl === undefined || whispers >= mostWhispers || now() - at > addressLife) return false;
    whispers++;
    const where = thread === undefined ? {} : { thread_ts: thread };
    try {
      await courier.respond(responseUrl, { response_type: 'ephemeral', ...message, ...where });
      return true;
    } catch (error) {
      if (error instanceof SlackRefusal) return false;
      throw error;
    }
  }

  return {
    async post(message) {
      try {
        return await enter(message);
      } catch (error) {
        if (kindOf(error) !== 'outside' || !channel) throw error;
      }
      try {
        await courier.join(channel.id);
        return await enter(message);
      } catch (error) {
        if (!(error instanceof SlackRefusal)) throw error;
        return raise('not-allowed', words.invite(appName));
      }
    },

    postDirectly: (message) => courier.post(user, message),

    async whisper(message) {
      if (await whisperThere(message)) return;
      try {
        if (!channel) throw new SlackRefusal('outside', 'there is no channel');
        await courier.whisper(channel.id, user, message, thread);
      } catch (error) {
        if (!(error instanceof SlackRefusal)) throw error;
        await courier.post(user, message);
      }
    },
  };
}
