import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { applicationJson, guildJson, userJson } from './payloads.ts';
import type { Wire } from './wire.ts';
import type { World } from './world.ts';

/** The gateway, to one bot. */
export interface Gateway {
  /** Tells the bot of something, now or, where the connection is down, when the bot resumes. */
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
  readonly sent: { readonly s: number; readonly t: string; readonly d: unknown }[];
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
  const sessions = new Map<string, Session>();
  let session: Session | undefined;
  let socket: WebSocket | undefined;

  function send(to: WebSocket | undefined, frame: { op: number; t?: string; s?: number; d: unknown }): void {
    if (to?.readyState !== to?.OPEN) return;
    to?.send(JSON.stringify(frame));
    wire.noteFrame({ at: world.clock.now(), from: 'discord', ...frame });
  }

  function dispatch(t: string, d: unknown): void {
    if (!session) return;
    const s = session.sent.length + 1;
    session.sent.push({ s, t, d });
    send(socket, { op: op.dispatch, t, s, d });
  }

  function begin(token: string): void {
    if (token !== world.token) {
      socket?.close(authenticationFailed, 'Authentication failed.');
      return;
    }
    session = { id: `session-${world.newId()}`, sent: [] };
    sessions.set(session.id, session);
    const guilds = [...world.guilds.values()];
    dispatch('READY', {
      v: 10,
      user: userJson(world, world.bot),
      application: applicationJson(world),
      session_id: session.id,
      resume_gateway_url: address(),
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
    });
    for (const guild of guilds) dispatch('GUILD_CREATE', guildJson(world, guild));
  }

  function resume({ session_id, seq }: { readonly session_id: string; readonly seq: number }): void {
    const known = sessions.get(session_id);
    if (!known) {
      send(socket, { op: op.invalid, d: false });
      return;
    }
    session = known;
    for (const missed of known.sent.filter(({ s }) => s > seq)) send(socket, { op: op.dispatch, ...missed });
    dispatch('RESUMED', {});
  }

  sockets.on('connection', (opened) => {
    socket = opened;
    opened.on('error', () => {});
    opened.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Frame;
      wire.noteFrame({ at: world.clock.now(), from: 'bot', ...frame });
      if (frame.op === op.heartbeat) send(opened, { op: op.ack, d: null });
      if (frame.op === op.identify) begin((frame.d as { token: string }).token);
      if (frame.op === op.resume) resume(frame.d as { session_id: string; seq: number });
    });
    send(opened, { op: op.hello, d: { heartbeat_interval: heartbeatInterval } });
  });

  return {
    dispatch,
    cut: () => socket?.terminate(),
    askToReconnect: () => send(socket, { op: op.reconnect, d: null }),
    invalidate: (resumable) => send(socket, { op: op.invalid, d: resumable }),
    forgetSessions: () => sessions.clear(),
    get connected() {
      return session !== undefined && socket?.readyState === socket?.OPEN;
    },
    close() {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    },
  };
}
