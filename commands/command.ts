import type { JobRecords } from '../model-store/store.ts';
import type { NamedId } from '../src/studio/rules/settings.ts';
import type { Asker, Progress, Studio } from '../src/studio/studio.ts';
import type { Drawn } from './bot/drawn.ts';
import type { RichText } from './bot/rich-text.ts';
import type { Role } from './bot/role.ts';
import type { Locale, Messages } from './locales/index.ts';

/** A Discord guild, a Slack workspace, a channel of the local chat: what owns concepts. */
export interface Server {
  /** Unique over all platforms: `discord:…`, `slack:…`, `web:…`. */
  readonly id: string;
  readonly name: string;
  /** What else than text its platform lets people choose for an option. Nothing by default. */
  readonly offers?: readonly NamedOption['type'][];
  /** What is said there is kept by the bot's installation itself and not by a platform of its own. */
  readonly keepsMessages?: true;
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /**
   * Who has a role where they ask, in the language that they read: several people, in the platform's own words. By the role's
   * name where the platform has none.
   */
  readonly roleNames?: Readonly<Partial<Record<Role, string>>>;
  /** Where they ask from, on a platform where an id costs nothing: all who ask from there share the quotas of one. */
  readonly from?: string;
  /** May take away what others posted; administrators always may. */
  readonly moderates?: boolean;
  /** Ids of the roles that they have, where the platform has roles. */
  readonly roles?: readonly string[];
  /** The language that they read, where the platform tells. English by default. */
  readonly locale?: Locale;
  /**
   * The language that their client calls commands and options in, where it wants every option of a line named:
   * `/imagine prompt:a dog count:4`.
   */
  readonly commandsIn?: Locale;
}

/** A file that came with a command. */
export interface Attachment {
  readonly name: string;
  /** Fetched when asked for. Raises 'invalid-picture' over `limit` bytes, without reading further. */
  bytes(limit: number): Promise<Uint8Array>;
  /** Lets go of the bytes: nobody asks for them again, nor needs those that were given. Absent where none are held. */
  release?(): void;
}

export interface Suggestion {
  /** What the option becomes. */
  readonly value: string;
  /** What is shown beside it. */
  readonly label?: string;
  /** The part of what was typed that `value` takes the place of, by offsets. All of it by default. */
  readonly range?: { readonly start: number; readonly end: number };
}

/** Finds values for an option from what was typed of it so far, with the caret at that offset. */
export type Completer = (
  where: { readonly server: Server; readonly studio: Studio; readonly words: Messages },
  typed: string,
  caret: number,
) => Promise<readonly Suggestion[]>;

interface OptionBase {
  /** At most 100 characters. */
  readonly description: string;
  readonly required?: boolean;
}

export interface StringOption extends OptionBase {
  readonly type: 'string';
  /** Characters, after trimming. */
  readonly maxLength: number;
  /** At most 25; matched whatever the case. */
  readonly choices?: readonly string[];
  readonly complete?: Completer;
}

export interface NumberOption extends OptionBase {
  readonly type: 'integer' | 'number';
  readonly minimum: number;
  readonly maximum: number;
}

export interface BooleanOption extends OptionBase {
  readonly type: 'boolean';
}

/** A role, a channel or a member of the server. Left out where the platform has none; see {@link Server.offers}. */
export interface NamedOption extends OptionBase {
  readonly type: 'role' | 'channel' | 'user';
}

/** Files: as many options as there may be files, a file chooser or dropped pictures, as the platform has it. */
export interface AttachmentOption extends OptionBase {
  readonly type: 'attachment';
  /** What a single one is called where each is an option of its own: `image` makes image1, image2 and so on. */
  readonly each: string;
  /** Files of any type, with the most bytes of one. Pictures by default. */
  readonly anyFile?: { readonly mostBytes: number };
  readonly minimum: number;
  readonly maximum: number;
}

export type Option = StringOption | NumberOption | BooleanOption | NamedOption | AttachmentOption;
export type OptionTable = Readonly<Record<string, Option>>;

type OptionValue<O extends Option> = O extends AttachmentOption
  ? readonly Attachment[]
  : O extends { readonly choices: readonly (infer Choice)[] }
    ? Choice
    : O extends StringOption
      ? string
      : O extends NumberOption
        ? number
        : O extends NamedOption
          ? NamedId
          : boolean;

/** What `run` gets for its option declarations: checked, trimmed, of the declared type. */
export type OptionValues<T extends OptionTable> = {
  readonly [K in keyof T]: T[K] extends { readonly required: true } | AttachmentOption
    ? OptionValue<T[K]>
    : OptionValue<T[K]> | undefined;
};

/** Who sees an answer: all who see the channel, or only the one who asked. */
export type Visibility = 'everyone' | 'requester';

export interface Picture {
  readonly name: string;
  readonly png: Uint8Array;
  /** What it shows, for those who cannot see it. At most 1,024 characters. */
  readonly alt: string;
}

export interface OutgoingFile {
  readonly name: string;
  readonly type: 'image/png' | 'application/octet-stream';
  readonly bytes: Uint8Array;
}

export interface Button {
  /** Key of the command's `actions`. */
  readonly action: string;
  /** What the action gets, up to about 40 characters. It outlives restarts, so it holds ids and no state. */
  readonly argument: string;
  readonly label: string;
  readonly style?: 'primary' | 'plain' | 'danger';
  /** Who may press it; administrators always may, and the requester where it is for moderators. By default anyone. */
  readonly who?: 'anyone' | 'requester' | 'moderator' | 'administrator';
}

export interface Reply {
  readonly text: RichText;
  readonly pictures?: readonly Picture[];
  readonly files?: readonly OutgoingFile[];
  /** What the first picture is a grid of, for platforms that can show it in small below; others have the button for it. */
  readonly singles?: readonly OutgoingFile[];
  /** At most 25. */
  readonly buttons?: readonly Button[];
  /**
   * What is said instead, with the reason after it, where the pictures or files cannot be shown: for work that is done
   * all the same.
   */
  readonly otherwise?: RichText;
  /** A platform that had to decide when the answer was deferred keeps to that. By default everyone. */
  readonly visibility?: Visibility;
  /** A command line to go on from: put where one types if the platform can, shown to copy if not. */
  readonly draft?: string;
  /** Token of the concept that the pictures and files were made to show. */
  readonly shows?: string;
  /** Tokens of concepts that are no more: a platform that keeps replies lets go of the pictures and files that show them. */
  readonly forgets?: readonly string[];
  /** Id of a user of whom nothing is to be kept: a platform of {@link Server.keepsMessages} deletes theirs and its answers. */
  readonly erases?: string;
}

/** Something a user has under way. */
export interface RunningJob {
  readonly id: string;
  /** The command's name. */
  readonly command: string;
}

export interface Context {
  readonly server: Server;
  readonly user: User;
  readonly studio: Studio;
  /** What buttons need to know after a restart. */
  readonly jobs: JobRecords;
  /** Pictures drawn not long ago. */
  readonly drawn: Drawn;
  /** What is said, in the user's language. */
  readonly words: Messages;
  readonly commands: readonly Command[];
  /** The user as the core looks at them, to be handed on with what they ask of it. */
  readonly by: Asker;
  /** What this job is called among those under way. */
  readonly job: string;
  /** Whether it was begun before a restart, and accepted then. */
  readonly again: boolean;
  /** The largest file of a picture that is taken, in bytes. */
  readonly largestPicture: number;
  /** Aborted when the job is cancelled or the bot stops. */
  readonly signal: AbortSignal;
  /** The user's other jobs on this server. */
  running(): Promise<readonly RunningJob[]>;
  /** Stops a job of the user, or anyone's for an administrator; false where there is none. */
  cancel(job: string): Promise<boolean>;
  /** Says "I am at it" within the platform's deadline. Before anything that may take more than a second. */
  defer(visibility?: Visibility): Promise<void>;
  /** Shows how far the job is, at the platform's own pace. */
  progress(title: RichText, progress?: Progress): void;
  /** Answers; the first answer takes the place of the deferral and its progress. */
  reply(reply: Reply): Promise<void>;
}

export interface CommandContext<T extends OptionTable> extends Context {
  readonly options: OptionValues<T>;
}

/** A pressed button. */
export interface ActionContext extends Context {
  readonly argument: string;
  /** Id of the user whose request the message with the button answers. */
  readonly requester: string;
  /** Address of the message with the button, where others can follow it there. */
  readonly message?: string;
  /** Puts `reply` in the place of the message with the button. */
  update(reply: Reply): Promise<void>;
  /** Deletes the message with the button. */
  remove(): Promise<void>;
}

export type Action = (context: ActionContext) => Promise<void>;

export interface CommandDefinition<T extends OptionTable> {
  /** Lower case, 1 to 32 characters. */
  readonly name: string;
  /** One line, at most 100 characters. */
  readonly description: string;
  readonly access: Role;
  /** Works in channels too that the server's settings leave out: what it answers is for the one who asks alone. */
  readonly anywhere?: boolean;
  /** Who is offered it where a platform lets administrators decide that, as long as they have not. By default `access`. */
  readonly offeredTo?: Role;
  /**
   * Its entry in the menu of a message, 1 to 32 characters, where a platform has such menus. The message's pictures are its
   * attachments then.
   */
  readonly menu?: string;
  /** Required ones first. */
  readonly options: T;
  /** The options that words without a name fill where commands are typed; the last one takes all that is left. */
  readonly positional: readonly (keyof T & string)[];
  /** A line to learn from. */
  readonly example: string;
  /**
   * Raises what would refuse it as far as it was asked, for platforms that can tell so before anybody sees it: with all its
   * options, or with none where a form is still to ask for them.
   */
  permit?(
    asked: Pick<CommandContext<T>, 'server' | 'user' | 'studio' | 'by'> & {
      readonly options: Partial<OptionValues<T>>;
    },
  ): Promise<void>;
  /** Problems may be raised; they are shown as their sentence. */
  run(context: CommandContext<T>): Promise<void>;
  /** What its buttons do. */
  readonly actions?: Readonly<Record<string, Action>>;
}

/** A slash command: one file of this folder, knowing no platform. */
export type Command = CommandDefinition<OptionTable>;

/** Infers the types of the options for `run`. */
export function defineCommand<const T extends OptionTable>(definition: CommandDefinition<T>): Command {
  return definition as unknown as Command;
}
