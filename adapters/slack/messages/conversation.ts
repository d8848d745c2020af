import type { Conversation, OutgoingReply } from '../../../commands/bot/bot.ts';
import { text } from '../../../commands/bot/rich-text.ts';
import { ProblemError } from '../../../src/result.ts';
import type { Occasion } from '../listening/occasion.ts';
import { appName } from '../names.ts';
import type { Spot } from './courier.ts';
import { createGallery } from './gallery.ts';
import { filesOf, messagesOf, plainMessage, type SlackMessage, type Style } from './messages.ts';
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

/** Where something is answered for everyone, to be kept through a restart. */
export interface SlackAddress {
  readonly occasion: Occasion;
  /** The message that says that an answer is coming. */
  readonly slot: Spot;
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
  let slot = options.before?.slot;
  let brought = options.before?.brought;
  let alone = false;
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

  async function show(reply: OutgoingReply, onMoved?: () => Promise<void>): Promise<void> {
    const files = filesOf(reply);
    if (files.length > 0) await begin();
    const onBrought = async (ids: readonly string[]) => {
      brought = ids;
      await onMoved?.();
    };
    const hooks = { before: brought, onBrought };
    const ids =
      slot && files.length > 0 ? await gallery.show(files, slot.channel, occasion.thread, hooks) : [];
    const [first, ...others] = messagesOf(reply, ids, style);
    await fill(first!);
    for (const message of others) await place.post(message);
  }

  async function showAlone(reply: OutgoingReply): Promise<void> {
    const files = filesOf(reply);
    if (files.length === 0) {
      for (const message of messagesOf(reply, [], own)) await place.whisper(message);
      return;
    }
    const spot = await place.postDirectly(working);
    const ids = await gallery.show(files, spot.channel);
    const [first, ...others] = messagesOf(reply, ids, own);
    await courier.edit(spot, first!);
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
      await showAlone(reply);
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
      await (personal ? showAlone(reply) : showOrWhisper(reply, onMoved));
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

    address: (): SlackAddress | undefined => slot && { occasion, slot, brought },

    async end() {
      await finish();
      await progress.close();
    },
  };
}
