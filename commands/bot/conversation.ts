import type { Log } from '../../src/log.ts';
import type { Reply, Server, Visibility } from '../command.ts';
import type { Locale } from '../locales/index.ts';
import type { Person } from './asking.ts';
import type { PlacedButton } from './buttons.ts';
import type { RawOptions } from './options.ts';
import type { ProgressView } from './progress.ts';

export type { Log };

/** A reply whose buttons have their ids. */
export interface OutgoingReply extends Omit<Reply, 'buttons'> {
  readonly buttons?: readonly PlacedButton[];
}

/** Where one command or pressed button is answered: what an adapter implements, for each of them anew. */
export interface Conversation {
  /** Called at most once, and first. */
  defer(visibility: Visibility): Promise<void>;
  /**
   * Called often; the adapter shows what it can at its pace. Never throws.
   * @param onMoved called where the address has changed by that
   */
  progress(view: ProgressView, onMoved?: () => void): void;
  /** The first reply takes the place of the deferral and its progress, the next ones follow it. */
  /** @param onMoved called, and awaited, where the address has changed on the way */
  reply(reply: OutgoingReply, onMoved?: () => Promise<void>): Promise<void>;
  /** Puts `reply` in the place of the message with the pressed button. */
  update(reply: OutgoingReply): Promise<void>;
  /** Deletes the message with the pressed button. */
  remove(): Promise<void>;
  /**
   * Where it is, as plain JSON from which the adapter makes the same conversation after a restart; undefined where that cannot be.
   * Asked for once it is deferred.
   */
  address?(): unknown;
}

/** Makes a conversation that was deferred before a restart, by its address; undefined where its place is no more. */
export type Reopen = (address: unknown, asked: Person) => Promise<Conversation | undefined>;

export interface Invocation extends Person {
  readonly command: string;
  readonly options: RawOptions;
}

export interface ButtonPress extends Person {
  readonly id: string;
  /** Address of the message with the button, where others can follow it there. */
  readonly message?: string;
}

/** An option that is being typed. */
export interface Typing {
  readonly server: Server;
  readonly locale?: Locale;
  readonly command: string;
  readonly option: string;
  readonly typed: string;
  /** Offset of the caret. At the end by default. */
  readonly caret?: number;
}
