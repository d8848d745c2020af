import { type APIInteractionResponse, InteractionResponseType, MessageFlags } from 'discord.js';
import type { Visibility } from '../../../commands/command.ts';
import type { Courier, OutgoingMessage } from '../messages/courier.ts';
import { kindOf } from '../messages/refusal.ts';

/** How an interaction was acknowledged. */
export type Acknowledged =
  /** With a message of ours that says that an answer is coming. */
  | 'placeholder'
  /** With the answer itself, or with what takes the place of the message with the pressed button. */
  | 'answer'
  /** With nothing to be seen. */
  | 'silent'
  /** Not in time: Discord has told the person so, and nothing can answer any more. */
  | 'too-late';

/** The one answer that Discord waits for, 3 s long. */
export interface Acknowledgement {
  /** How it was acknowledged, once that is settled; undefined where nothing has been tried, or nothing with success. */
  settled(): Promise<Acknowledged> | undefined;
  /** Each of these acknowledges unless something has already, and resolves with how that was done. */
  defer(visibility: Visibility): Promise<Acknowledged>;
  answer(message: OutgoingMessage): Promise<Acknowledged>;
  /** Puts `message` in the place of the one with the pressed button. */
  replace(message: OutgoingMessage): Promise<Acknowledged>;
  silently(): Promise<Acknowledged>;
  /** Whether the answer is shown to one person alone. */
  readonly personal: boolean;
}

export interface AcknowledgementOptions {
  readonly courier: Pick<Courier, 'respond'>;
  readonly kind: 'command' | 'press';
  /** Milliseconds after which it acknowledges by itself. */
  readonly guard: number;
  /** Hears that Discord no longer waited. */
  readonly onTooLate: () => void;
  /** Whether it was acknowledged before a restart, with a message that says that an answer is coming. */
  readonly before?: { readonly alone: boolean };
}

const silent: APIInteractionResponse = { type: InteractionResponseType.DeferredMessageUpdate };

/**
 * Acknowledges by itself if nothing else has in time, whatever holds it up: so that only the requester sees it, for it may be
 * meant for them alone, and so that nothing is seen at all where a button was pressed.
 */
export function createAcknowledgement(options: AcknowledgementOptions): Acknowledgement {
  const { courier, kind, guard, onTooLate, before } = options;
  let tried: Promise<Acknowledged> | undefined = before && Promise.resolve('placeholder');
  let personal = before?.alone ?? false;

  const timer = setTimeout(() => {
    if (tried) return;
    const saved = kind === 'press' ? acknowledge('silent', silent) : defer('requester');
    saved.catch(() => {});
  }, guard);

  function acknowledge(how: Acknowledged, response: APIInteractionResponse): Promise<Acknowledged> {
    clearTimeout(timer);
    tried ??= courier.respond(response).then(
      () => how,
      (error: unknown) => afterRefusal(how, error),
    );
    return tried;
  }

  /** An answer that was sent again because Discord seemed not to have heard it is an answer all the same. */
  function afterRefusal(how: Acknowledged, error: unknown): Acknowledged {
    if (kindOf(error) === 'acknowledged') return how;
    if (kindOf(error) === 'too-late') {
      onTooLate();
      return 'too-late';
    }
    tried = undefined;
    throw error;
  }

  function defer(visibility: Visibility): Promise<Acknowledged> {
    personal = tried ? personal : visibility === 'requester';
    const data = personal ? { flags: MessageFlags.Ephemeral as const } : {};
    return acknowledge('placeholder', {
      type: InteractionResponseType.DeferredChannelMessageWithSource,
      data,
    });
  }

  return {
    settled: () => tried,
    defer,
    answer: ({ body: { attachments: _, ...data } }) =>
      acknowledge('answer', { type: InteractionResponseType.ChannelMessageWithSource, data }),
    replace: ({ body }) => acknowledge('answer', { type: InteractionResponseType.UpdateMessage, data: body }),
    silently: () => acknowledge('silent', silent),
    get personal() {
      return personal;
    },
  };
}
