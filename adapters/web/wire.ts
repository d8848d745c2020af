import type { PlacedButton } from '../../commands/bot/buttons.ts';
import type { Completion } from '../../commands/bot/completion.ts';
import type { RichText } from '../../commands/bot/rich-text.ts';
import type { Role } from '../../commands/bot/role.ts';
import type { Concept } from '../../src/concept.ts';

/** What the server and the page tell each other, as JSON. */

export interface ChannelInfo {
  readonly id: string;
  readonly name: string;
}

export interface MessagePicture {
  /** Where it is served. */
  readonly url: string;
  readonly name: string;
  readonly alt: string;
  /** In pixels, so that the page need not move when it arrives. */
  readonly width: number;
  readonly height: number;
}

export interface MessageFile {
  readonly url: string;
  readonly name: string;
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  /** Of a picture, in pixels. */
  readonly width?: number;
  readonly height?: number;
}

export interface Message {
  readonly id: string;
  /** Id of the person who wrote it, or whom the bot answers. */
  readonly user: string;
  readonly author: 'person' | 'bot';
  /** ISO 8601. */
  readonly at: string;
  readonly text: RichText;
  /** `working` while its job runs. */
  readonly state?: 'working';
  /** Shown to `user` alone. */
  readonly personal?: true;
  readonly pictures?: readonly MessagePicture[];
  readonly files?: readonly MessageFile[];
  readonly buttons?: readonly PlacedButton[];
  /** Token of the concept that its pictures and files show. */
  readonly concept?: string;
  /** Id of the message that it answers. */
  readonly answers?: string;
}

export interface MessageProgress {
  readonly title: RichText;
  readonly phase: string;
  /** 0…1; absent while nothing is known. */
  readonly fraction?: number;
  readonly step?: number;
  readonly steps?: number;
  readonly loss?: number;
  readonly secondsLeft?: number;
  /** A data URL. */
  readonly preview?: string;
  readonly cancel: PlacedButton;
}

/** What the stream of a channel carries. `put` and `remove` are kept and numbered; the rest is of the moment. */
export type ChannelEvent =
  | { readonly type: 'put'; readonly message: Message }
  | { readonly type: 'remove'; readonly id: string }
  | { readonly type: 'progress'; readonly id: string; readonly progress: MessageProgress }
  | { readonly type: 'draft'; readonly user: string; readonly line: string }
  | { readonly type: 'concepts' }
  /** What came before is no longer known: the channel is to be loaded anew. */
  | { readonly type: 'reset' }
  /** The channel is gone for good. */
  | { readonly type: 'removed' };

export interface ChannelState {
  readonly messages: readonly Message[];
  /** Number of the last event that `messages` tells of. */
  readonly sequence: number;
}

export interface ExampleInfo {
  readonly title: string;
  readonly line: string;
  readonly pictures: readonly string[];
}

/** What the page starts from. */
export interface PageState {
  readonly user: { readonly id: string; readonly name: string; readonly role: Role };
  /** To be sent back in the header `x-keepsake` with everything that changes something; what asks for it has the header empty. */
  readonly key: string;
  /** In bytes. */
  readonly largestPicture: number;
  readonly channels: readonly ChannelInfo[];
  readonly examples: readonly ExampleInfo[];
}

export type ConceptInfo = Pick<Concept, 'token' | 'number' | 'classWord' | 'kind' | 'label'> & {
  /** Where its contact sheet is served. */
  readonly sample?: string;
};

export type { Completion };
