import type { Person } from '../../../commands/bot/asking.ts';
import type { Bot, Log } from '../../../commands/bot/bot.ts';
import { text } from '../../../commands/bot/rich-text.ts';
import type { Command } from '../../../commands/command.ts';
import { attachmentOption, type Given, rawOptions } from '../../given.ts';
import { inRoom, sharingRoom, uploadRoom } from '../../room.ts';
import { wordsFor } from '../locales/index.ts';
import {
  createConversation,
  type Pressed,
  type SlackAddress,
  type SlackConversation,
} from '../messages/conversation.ts';
import type { Courier } from '../messages/courier.ts';
import type { Rename } from '../names.ts';
import { type FileLink, slackAttachment } from './files.ts';
import type { Occasion } from './occasion.ts';

/** Times, in milliseconds. */
export interface CounterTimes {
  /** Between two edits of one message at least. */
  readonly pace: number;
  /** To wait before each new attempt where Slack cannot be reached. */
  readonly patience: readonly number[];
  /** Between two looks at whether files have arrived. */
  readonly arrival: readonly number[];
  /** How long somebody waits for what only they will see before they are told so. */
  readonly hint: number;
  /** How long a job must have left for a preview of it to be worth bringing. */
  readonly glance: number;
  /** How long a sent form is looked at before it is closed; Slack waits for 3,000. */
  readonly forms: number;
}

export interface CounterOptions {
  readonly bot: Bot;
  readonly log: Log;
  /** Origins that files are fetched from. */
  readonly files: readonly string[];
  /** How long one file may take, in seconds. */
  readonly fetchSeconds: number;
  readonly times: CounterTimes;
  readonly rename: Rename;
}

/** Somebody who is served, and how they are reached. */
export interface Customer {
  readonly person: Person;
  readonly occasion: Occasion;
  readonly courier: Courier;
  /** The token that files are fetched with. */
  readonly token: string;
}

/** Where commands and buttons are served; everything resolves when it has been answered. */
export interface Counter {
  /** @param before what waits for the answer since before a restart */
  conversationOf(
    customer: Customer,
    pressed?: Pressed,
    before?: Omit<SlackAddress, 'occasion'>,
  ): SlackConversation;
  run(
    customer: Customer,
    command: Command,
    given: Given<FileLink>,
    conversation?: SlackConversation,
  ): Promise<void>;
  press(customer: Customer, id: string, pressed: Pressed): Promise<void>;
}

/** Milliseconds between two edits of each of so many messages: all together stay at 40 a minute, of 50 that Slack takes. */
export function paceOf(jobs: number, least: number): number {
  return Math.max(least, jobs * 1500);
}

export function createCounter(options: CounterOptions): Counter {
  const { bot, log, files: origins, fetchSeconds, times, rename } = options;
  const room = uploadRoom(bot.largestPicture);
  const served = new Map<string, number>();
  const count = (team: string, more: number) => served.set(team, (served.get(team) ?? 0) + more);

  function conversationOf(
    { person, occasion, courier }: Customer,
    pressed?: Pressed,
    before?: Omit<SlackAddress, 'occasion'>,
  ): SlackConversation {
    const words = wordsFor(person.user.locale);
    return createConversation({
      courier,
      occasion,
      words,
      now: Date.now,
      style: { rename, askedBy: words.askedBy(occasion.userName) },
      pace: () => paceOf(served.get(occasion.team) ?? 0, times.pace),
      arrival: times.arrival,
      hint: times.hint,
      glance: times.glance,
      ...(pressed && { pressed }),
      ...(before && { before }),
    });
  }

  /** Holds room for so many bytes until they are given back, or all is done. */
  async function serve(
    { person, occasion }: Customer,
    conversation: SlackConversation,
    bytes: number,
    act: (giveBack: () => void) => Promise<void>,
  ): Promise<void> {
    count(occasion.team, 1);
    const { crowded } = wordsFor(person.user.locale);
    const sayCrowded = () => conversation.reply({ text: text`${crowded}`, visibility: 'requester' });
    try {
      const guest = { server: person.server.id, bytes };
      await inRoom(room, guest, act, sayCrowded).finally(conversation.end);
    } catch (error) {
      log.error({ error }, 'an answer could not be ended');
    } finally {
      count(occasion.team, -1);
    }
  }

  return {
    conversationOf,

    run(customer, command, given, conversation = conversationOf(customer)) {
      const { person, courier, token } = customer;
      const { attachments } = wordsFor(person.user.locale);
      const limits = { origins, seconds: fetchSeconds, headers: { authorization: `Bearer ${token}` } };
      const most = attachmentOption(command)?.option.anyFile?.mostBytes ?? bot.largestPicture;
      const bytes = given.files.reduce((sum, { size = most }) => sum + Math.min(size, most), 0);
      return serve(customer, conversation, bytes, (giveBack) => {
        const inShare = sharingRoom(given.files.length, giveBack);
        const options = rawOptions(command, given, (link) =>
          inShare(slackAttachment(link, courier, limits, attachments)),
        );
        return bot.run({ ...person, command: command.name, options }, conversation);
      });
    },

    press(customer, id, pressed) {
      const conversation = conversationOf(customer, pressed);
      const message = linkTo(customer.occasion, pressed);
      const press = { ...customer.person, id, ...(message !== undefined && { message }) };
      return serve(customer, conversation, 0, () => bot.press(press, conversation));
    },
  };
}

/**
 * The permalink of a message, for those who see it; undefined where one person alone does, or the workspace's domain is not told.
 * @see https://docs.slack.dev/reference/methods/chat.getPermalink
 */
function linkTo({ team, teamName }: Occasion, { spot, personal }: Pressed): string | undefined {
  if (personal || teamName === team || spot.ts === undefined) return undefined;
  return `https://${teamName}.slack.com/archives/${spot.channel}/p${spot.ts.replace('.', '')}`;
}
