import type { Clock } from '../clock.ts';
import { createSnowflakes } from './snowflakes.ts';

export interface FakeUser {
  readonly id: string;
  readonly name: string;
  /** Ids of the roles that they have, of whatever guild. */
  readonly roles: Set<string>;
}

export interface FakeChannel {
  readonly id: string;
  readonly guild: string;
  readonly name: string;
  readonly thread: boolean;
  /** Id of the channel that a thread belongs to. */
  readonly parent?: string;
  /** What the bot may do there. */
  botPermissions: bigint;
}

export interface FakeRole {
  readonly id: string;
  readonly name: string;
}

export interface FakeGuild {
  readonly id: string;
  readonly name: string;
  readonly channels: FakeChannel[];
  readonly roles: FakeRole[];
  /** Commands that its administrators have opened to everyone. */
  readonly opened: Set<string>;
}

export interface FakeAttachment {
  readonly id: string;
  readonly filename: string;
  readonly size: number;
  readonly url: string;
  readonly content_type: string;
  readonly description?: string;
  /** What was uploaded by the bot. */
  readonly bytes?: Uint8Array;
}

export interface FakeButton {
  readonly type: number;
  readonly custom_id: string;
  readonly label: string;
  readonly style: number;
}

/** What of a message changes. */
export interface MessageState {
  readonly content: string;
  readonly attachments: readonly FakeAttachment[];
  readonly components: readonly { readonly components: readonly FakeButton[] }[];
}

export interface FakeMessage {
  readonly id: string;
  readonly channel: string;
  readonly author: string;
  readonly nonce?: string;
  /** The interaction it answers. */
  readonly interaction?: string;
  /** The one person who sees it. */
  readonly alone?: string;
  readonly createdAt: number;
  /** Whom it notified when it came. */
  readonly notified: readonly string[];
  /** “The bot is thinking …” */
  loading: boolean;
  deleted: boolean;
  state: MessageState;
  /** What it was before, oldest first. */
  readonly earlier: MessageState[];
}

export interface FakeInteraction {
  readonly id: string;
  readonly token: string;
  /** 2 command, 3 button, 4 typing, 5 form. */
  readonly type: number;
  readonly user: string;
  readonly channel: string;
  readonly createdAt: number;
  /** The message with the pressed button. */
  readonly pressed?: string;
  /** Type of the callback. */
  acknowledged?: number;
  /** When that came. */
  acknowledgedAt?: number;
  /** Id of the message that is `@original`. */
  original?: string;
  /** What the callback carried where it was no message: a form or choices. */
  data?: Record<string, unknown>;
}

/** What Discord knows. */
export interface World {
  readonly clock: Clock;
  readonly application: string;
  readonly bot: FakeUser;
  readonly token: string;
  readonly newId: () => string;
  readonly users: Map<string, FakeUser>;
  readonly guilds: Map<string, FakeGuild>;
  readonly messages: Map<string, FakeMessage>;
  readonly interactions: Map<string, FakeInteraction>;
  /** The registered commands, as they came, and how often they were written. */
  commands: readonly Record<string, unknown>[];
  commandWrites: number;
  /** In bytes. */
  attachmentLimit: number;
  /** How many shards the gateway asks for. */
  shards: number;
}

export function createWorld(clock: Clock): World {
  const newId = createSnowflakes(clock);
  const application = newId();
  const bot: FakeUser = { id: application, name: 'keepsake', roles: new Set() };
  return {
    clock,
    application,
    bot,
    token: `${Buffer.from(application).toString('base64url')}.fake.a-secret-that-is-never-logged`,
    newId,
    users: new Map([[bot.id, bot]]),
    guilds: new Map(),
    messages: new Map(),
    interactions: new Map(),
    commands: [],
    commandWrites: 0,
    attachmentLimit: 10 * 2 ** 20,
    shards: 1,
  };
}

export function channelOf(world: World, id: string): FakeChannel | undefined {
  return [...world.guilds.values()].flatMap(({ channels }) => channels).find((channel) => channel.id === id);
}
