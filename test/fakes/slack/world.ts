import type { Clock } from '../clock.ts';
import type { Serving } from '../serving.ts';

export interface FakeUser {
  readonly id: string;
  readonly name: string;
  readonly locale: string;
  readonly administrator: boolean;
  /** A guest, who is in a few channels alone. */
  readonly guest: boolean;
}

export interface FakeChannel {
  readonly id: string;
  readonly name: string;
  readonly kind: 'public' | 'private' | 'direct';
  /** Whose conversation with the bot it is. */
  readonly with?: string;
  /** Whether the bot is in it. */
  member: boolean;
}

export interface FakeTeam {
  readonly id: string;
  readonly domain: string;
  readonly botUser: string;
  readonly botId: string;
  readonly users: Map<string, FakeUser>;
  readonly channels: Map<string, FakeChannel>;
  /** What the bot may do; empty where it is not installed. */
  scopes: ReadonlySet<string>;
  token: string;
}

export type Block = Readonly<Record<string, unknown>> & { readonly type: string };

export interface MessageState {
  readonly text: string;
  readonly blocks: readonly Block[];
}

export interface FakeMessage {
  readonly team: string;
  readonly channel: string;
  readonly ts: string;
  readonly user: string;
  readonly thread?: string;
  readonly files: readonly string[];
  /** The one user who sees it. */
  readonly alone?: string;
  deleted: boolean;
  state: MessageState;
  /** What it was before it was changed, in order. */
  readonly earlier: MessageState[];
}

export interface FakeFile {
  readonly id: string;
  readonly team: string;
  readonly user: string;
  readonly name: string;
  readonly alt: string;
  readonly length: number;
  /** '' until Slack has looked at it. */
  mimetype: string;
  title: string;
  bytes?: Uint8Array;
  completed: boolean;
  deleted: boolean;
  /** Where it was shared, and in which message. */
  readonly shares: Map<string, string>;
  /** How it is served to who has the right token. */
  serving: Serving;
}

export interface FakeView {
  readonly id: string;
  readonly team: string;
  readonly user: string;
  json: Readonly<Record<string, unknown>> & { readonly blocks: readonly Block[] };
  open: boolean;
}

export interface Trigger {
  readonly team: string;
  readonly user: string;
  readonly at: number;
  used: boolean;
  /** The view that was opened by it. */
  view?: FakeView;
}

export interface ResponseUrl {
  readonly team: string;
  readonly channel: string;
  readonly user: string;
  readonly at: number;
  uses: number;
  /** The message whose button was pressed. */
  readonly message?: FakeMessage;
}

/** What the fake reads of the manifest of an app. */
export interface Manifest {
  readonly features: {
    readonly slash_commands: readonly {
      readonly command: string;
      readonly description: string;
      readonly usage_hint?: string;
      readonly should_escape: boolean;
    }[];
    readonly shortcuts: readonly {
      readonly name: string;
      readonly type: string;
      readonly callback_id: string;
      readonly description: string;
    }[];
  };
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } };
  readonly settings: { readonly event_subscriptions: { readonly bot_events: readonly string[] } };
}

/** Everything the fake Slack knows. */
export interface World {
  readonly clock: Clock;
  readonly appId: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly teams: Map<string, FakeTeam>;
  /** Tokens of apps that were taken out. */
  readonly revoked: Set<string>;
  readonly messages: FakeMessage[];
  readonly files: Map<string, FakeFile>;
  readonly views: Map<string, FakeView>;
  readonly homes: Map<string, FakeView>;
  readonly triggers: Map<string, Trigger>;
  readonly responseUrls: Map<string, ResponseUrl>;
  /** Codes of installations under way, by what they install. */
  readonly codes: Map<
    string,
    { readonly team: string; readonly scopes: readonly string[]; readonly organisation: boolean }
  >;
  /** What the app's manifest has. */
  manifest: Manifest;
  newId(kind: string): string;
  newTs(): string;
}

export function createWorld(clock: Clock): World {
  let ids = 0;
  let last = 0;
  return {
    clock,
    appId: 'A0KEEPSAKE',
    appToken: 'xapp-1-A0KEEPSAKE-1-a-secret-that-is-never-logged',
    signingSecret: 'a-signing-secret-that-is-never-logged',
    clientId: '111.222',
    clientSecret: 'a-client-secret-that-is-never-logged',
    teams: new Map(),
    revoked: new Set(),
    messages: [],
    files: new Map(),
    views: new Map(),
    homes: new Map(),
    triggers: new Map(),
    responseUrls: new Map(),
    codes: new Map(),
    manifest: {
      features: { slash_commands: [], shortcuts: [] },
      oauth_config: { scopes: { bot: [] } },
      settings: { event_subscriptions: { bot_events: [] } },
    },
    newId: (kind) => `${kind}0${(++ids).toString(36).toUpperCase().padStart(8, '0')}`,
    newTs() {
      last = Math.max(last + 1, clock.now() * 1000);
      return `${Math.floor(last / 1e6)}.${String(last % 1e6).padStart(6, '0')}`;
    },
  };
}

/** The key of what is kept of a user of a team: ids of two teams may be alike. */
export function userKey(team: string, user: string): string {
  return `${team}/${user}`;
}

export function messageAt(world: World, team: string, channel: string, ts: unknown): FakeMessage | undefined {
  return world.messages.find(
    (one) => one.team === team && one.channel === channel && one.ts === ts && !one.deleted,
  );
}
