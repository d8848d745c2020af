import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { applicationJson, guildJson, userJson } from './payloads.ts';
import type { Wire } from './wire.ts';
import type { World } from './world.ts';

/** The gateway, to one bot. */
export interface Gateway {
  /** Tells the shard of the guild of something, now or, where the connection is down, when it resumes. */
  dispatch(type: string, data: unknown): void;
  /** Tears the connection, without a word. */
  cut(): void;
  /** Asks the bot to connect again. */
  askToReconnect(): void;
  /** Says that the session is over, or that it may be resumed. */
  invalidate(resumable: boolean): void;
  /** Forgets all sessions, so that none can be resumed. */
  forgetSessions(): void;
  /** Whether a bot is connected and has a session. */
  readonly connected: boolean;
  close(): void;
}

interface Session {
  readonly id: string;
  /** Its own number, and how many there are. */
  readonly shard: readonly [number, number];
  readonly sent: { readonly s: number; readonly t: string; readonly d: unknown }[];
  socket: WebSocket;
}

interface Identify {
  readonly token: string;
  readonly shard?: readonly [number, number];
}

interface Resume {
  readonly session_id: string;
  readonly seq: number;
}

interface Frame {
  readonly op: number;
  readonly d: unknown;
}

const op = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  resume: 6,
  reconnect: 7,
  invalid: 9,
  hello: 10,
  ack: 11,
} as const;
const heartbeatInterval = 41_250;
const authenticationFailed = 4004;

export function createGateway(server: Server, world: World, wire: Wire, address: () => string): Gateway {
  const sockets = new WebSocketServer({ server, path: '/gateway' });
  /** All that were begun, and of these the newest of each shard. */
  const sessions = new Map<string, Session>();
  const current = new Map<number, Session>();

  function send(to: WebSocket, frame: { op: number; t?: string; s?: number; d: unknown }): void {
    if (to.readyState !== to.OPEN) return;
    to.send(JSON.stringify(frame));
    wire.noteFrame({ at: world.clock.now(), from: 'discord', ...frame });
  }

  function tell(session: Session, t: string, d: unknown): void {
    const s = session.sent.length + 1;
    session.sent.push({ s, t, d });
    send(session.socket, { op: op.dispatch, t, s, d });
  }

  function begin(socket: WebSocket, { token, shard = [0, 1] }: Identify): void {
    if (token !== world.token) {
      socket.close(authenticationFailed, 'Authentication failed.');
      return;
    }
    const session: Session = { id: `session-${world.newId()}`, shard, sent: [], socket };
    sessions.set(session.id, session);
    current.set(shard[0], session);
    const guilds = [...world.guilds.values()].filter(({ id }) => shardOf(id, shard[1]) === shard[0]);
    tell(session, 'READY', {
      v: 10,
      user: userJson(world, world.bot),
      application: applicationJson(world),
      session_id: session.id,
      resume_gateway_url: address(),
      shard,
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
    });
    for (const guild of guilds) tell(session, 'GUILD_CREATE', guildJson(world, guild));
  }

  function resume(socket: WebSocket, { session_id, seq }: Resume): void {
    const session = sessions.get(session_id);
    if (!session) {
      send(socket, { op: op.invalid, d: false });
      return;
    }
    session.socket = socket;
    current.set(session.shard[0], session);
    for (const missed of session.sent.filter(({ s }) => s > seq))
      send(socket, { op: op.dispatch, ...missed });
    tell(session, 'RESUMED', {});
  }

  sockets.on('connection', (opened) => {
    opened.on('error', () => {});
    opened.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Frame;
      wire.noteFrame({ at: world.clock.now(), from: 'bot', ...frame });
      if (frame.op === op.heartbeat) send(opened, { op: op.ack, d: null });
      if (frame.op === op.identify) begin(opened, frame.d as Identify);
      if (frame.op === op.resume) resume(opened, frame.d as Resume);
    });
    send(opened, { op: op.hello, d: { heartbeat_interval: heartbeatInterval } });
  });

  return {
    dispatch(t, d) {
      const { id, guild_id } = d as { readonly id: string; readonly guild_id?: string };
      const guild = guild_id ?? id;
      const session = [...current.values()].find(({ shard }) => shardOf(guild, shard[1]) === shard[0]);
      if (session) tell(session, t, d);
    },
    cut() {
      for (const { socket } of current.values()) socket.terminate();
    },
    askToReconnect() {
      for (const { socket } of current.values()) send(socket, { op: op.reconnect, d: null });
    },
    invalidate(resumable) {
      for (const { socket } of current.values()) send(socket, { op: op.invalid, d: resumable });
    },
    forgetSessions: () => sessions.clear(),
    get connected() {
      return [...current.values()].some(({ socket }) => socket.readyState === socket.OPEN);
    },
    close() {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    },
  };
}

/** The shard that is told of a guild: the time in its id, modulo the number of shards. */
export function shardOf(guild: string, shards: number): number {
  return Number((BigInt(guild) >> 22n) % BigInt(shards));
}
