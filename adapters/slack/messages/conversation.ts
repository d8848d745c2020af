import type { Conversation, OutgoingReply } from '../../../commands/bot/bot.ts';
import { text } from '../../../commands/bot/rich-text.ts';
import { ProblemError } from '../../../src/result.ts';
import type { Occasion } from '../listening/occasion.ts';
import { appName } from '../names.ts';
import type { Spot } from './courier.ts';
import { createGallery, type ShowHooks } from './gallery.ts';
import {
  filesOf,
  messagesOf,
  plainMessage,
  type SlackFile,
  type SlackMessage,
  type Style,
} from './messages.ts';
import { createPlace, type PlaceOptions } from './place.ts';
import { createProgress, type ProgressOptions } from './progress.ts';
import { kindOf, unlessGone } from './refusal.ts';

/** The message whose button was pressed. */
export interface Pressed {
  readonly spot: Spot;
  /** Whether only the person who pressed sees it. */
  readonly personal: boolean;
  /** Ids of the files that belong to it. */
  readonly files: readonly string[];
}

export interface ConversationOptions extends PlaceOptions, Pick<ProgressOptions, 'pace' | 'glance'> {
  readonly style: Style;
  readonly pressed?: Pressed;
  /** What waits for the answer since before a restart. */
  readonly before?: Omit<SlackAddress, 'occasion'>;
  /** Milliseconds between two looks at whether files are there. */
  readonly arrival: readonly number[];
  /** Milliseconds after which somebody who waits for what only they will see is told so. */
  readonly hint: number;
}

/** Where something is answered, to be kept through a restart. */
export interface SlackAddress {
  readonly occasion: Occasion;
  /** The message that says that an answer is coming. For one person alone there is none before there are files for them. */
  readonly slot?: Spot;
  /** There where one person alone is to see the answer. */
  readonly alone?: true;
  /** Ids of the answer's files that were brought to Slack already. */
  readonly brought?: readonly string[] | undefined;
}

/** A conversation, and what is due before and after its command. */
export interface SlackConversation extends Conversation {
  /** Takes its place in the channel, as a deferral for everyone does. Raises 'not-allowed' where the bot cannot post there. */
  begin(): Promise<void>;
  /** Shows no more progress, and takes its picture away. */
  end(): Promise<void>;
}

/** Answers one slash command, sent form or pressed button. */
export function createConversation(options: ConversationOptions): SlackConversation {
  const { courier, occasion, words, style, pressed, arrival } = options;
  const place = createPlace(options);
  const gallery = createGallery(courier, arrival, words.notShown);
  const own: Style = { rename: style.rename };
  const working = plainMessage(['…'], style);
  let alone = options.before?.alone === true;
  let slot = alone ? undefined : options.before?.slot;
  /** The same in the person's own conversation with the bot. */
  let direct = alone ? options.before?.slot : undefined;
  let brought = options.before?.brought;
  let hint: NodeJS.Timeout | undefined;

  const progress = createProgress({
    ...options,
    gallery,
    alt: words.preview,
    slot: () => slot,
  });

  async function begin(): Promise<void> {
    slot ??= await place.post(working);
  }

  async function finish(): Promise<void> {
    clearTimeout(hint);
    await progress.finish();
  }

  /** Puts the first message in the place that was taken for it, unless somebody has deleted that. */
  async function fill(message: SlackMessage): Promise<void> {
    const spot = slot;
    slot = undefined;
    try {
      if (spot) return await courier.edit(spot, message);
    } catch (error) {
      if (kindOf(error) !== 'gone') {
        slot = spot;
        throw error;
      }
    }
    await place.post(message);
  }

  const hooksOf = (onMoved?: () => Promise<void>): ShowHooks => ({
    before: brought,
    async onBrought(ids) {
      brought = ids;
      await onMoved?.();
    },
  });

  async function show(reply: OutgoingReply, onMoved?: () => Promise<void>): Promise<void> {
    const files = filesOf(reply);
    if (files.length > 0) await begin();
    const hooks = hooksOf(onMoved);
    const ids =
      slot && files.length > 0 ? await gallery.show(files, slot.channel, occasion.thread, hooks) : [];
    const [first, ...others] = messagesOf(reply, ids, style);
    await fill(first!);
    for (const message of others) await place.post(message);
  }

  /** In the place that was taken for it, which is kept before files are brought there, unless somebody has deleted that. */
  async function fillDirectly(
    files: readonly SlackFile[],
    first: (ids: readonly string[]) => SlackMessage,
    onMoved?: () => Promise<void>,
  ): Promise<Spot> {
    const spot = direct ?? (await place.postDirectly(working));
    if (!direct) {
      direct = spot;
      await onMoved?.();
    }
    const message = first(await gallery.show(files, spot.channel, undefined, hooksOf(onMoved)));
    await courier.edit(spot, message).catch(async (error: unknown) => {
      if (kindOf(error) !== 'gone') throw error;
      await place.postDirectly(message);
    });
    return spot;
  }

  async function showAlone(reply: OutgoingReply, onMoved?: () => Promise<void>): Promise<void> {
    const files = filesOf(reply);
    if (files.length === 0) {
      for (const message of messagesOf(reply, [], own)) await place.whisper(message);
      return;
    }
    let others: readonly SlackMessage[] = [];
    const first = (ids: readonly string[]) => {
      const [message, ...rest] = messagesOf(reply, ids, own);
      others = rest;
      return message!;
    };
    const spot = await fillDirectly(files, first, onMoved);
    for (const message of others) await place.postDirectly(message);
    if (spot.channel !== occasion.channel?.id) {
      await place.whisper(plainMessage(text`${words.sentDirectly(appName)}`, own));
    }
  }

  /** What everyone may see and cannot, for the bot is not in the channel, is shown to the one who asked. */
  async function showOrWhisper(reply: OutgoingReply, onMoved?: () => Promise<void>): Promise<void> {
    try {
      await show(reply, onMoved);
    } catch (error) {
      const outside = error instanceof ProblemError && error.problem.code === 'not-allowed';
      if (!outside || filesOf(reply).length > 0) throw error;
      await showAlone(reply, onMoved);
    }
  }

  async function replace(message: SlackMessage): Promise<void> {
    if (pressed && !pressed.personal) return courier.edit(pressed.spot, message).catch(unlessGone);
    if (!pressed || occasion.responseUrl === undefined) return place.whisper(message);
    await courier
      .respond(occasion.responseUrl, { replace_original: true, ...message })
      .catch(() => place.whisper(message));
  }

  return {
    begin,

    async defer(visibility) {
      if (visibility === 'everyone') return begin();
      alone = true;
      const say = () => place.whisper(plainMessage(text`${words.working}`, own)).catch(() => {});
      hint = setTimeout(say, options.hint);
    },

    progress: (view) => progress.offer(view),

    async reply(reply, onMoved) {
      await finish();
      const personal = slot === undefined && (alone || reply.visibility === 'requester');
      await (personal ? showAlone(reply, onMoved) : showOrWhisper(reply, onMoved));
    },

    async update(reply) {
      const [first, ...others] = messagesOf(reply, [], pressed?.personal ? own : style);
      await replace(first!);
      for (const message of others) await (pressed?.personal ? place.whisper(message) : place.post(message));
    },

    async remove() {
      if (!pressed) return;
      if (pressed.personal) {
        if (occasion.responseUrl !== undefined)
          await courier.respond(occasion.responseUrl, { delete_original: true });
        return;
      }
      await courier.remove(pressed.spot).catch(unlessGone);
      await gallery.remove(pressed.files);
    },

    address(): SlackAddress | undefined {
      if (slot) return { occasion, slot, brought };
      return alone ? { occasion, alone, ...(direct && { slot: direct }), brought } : undefined;
    },

    async end() {
      await finish();
      await progress.close();
    },
  };
}
