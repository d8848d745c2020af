import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Kind } from './delivery.ts';
import type { World } from './world.ts';

/** Socket Mode: the app connects to Slack, and what happens comes to it there. */
export interface Sockets {
  readonly connected: number;
  send(
    type: Kind,
    payload: Readonly<Record<string, unknown>>,
    retry?: number,
  ): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Ends every connection, as Slack does from time to time. */
  recycle(): void;
  close(): void;
}

interface Acknowledgement {
  readonly envelope_id?: string;
  readonly payload?: unknown;
}

export function createSockets(server: Server, world: World, onChange: () => void): Sockets {
  const sockets = new WebSocketServer({ server, path: '/link' });
  const waiting = new Map<string, (answer: { status: number; body: unknown }) => void>();

  sockets.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { envelope_id, payload = '' } = JSON.parse(String(data)) as Acknowledgement;
      waiting.get(envelope_id ?? '')?.({ status: 200, body: payload });
      waiting.delete(envelope_id ?? '');
    });
    socket.on('close', onChange);
    socket.send(
      JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: world.appId } }),
    );
    onChange();
  });

  const open = () => [...sockets.clients].filter((one) => one.readyState === one.OPEN);

  return {
    get connected() {
      return open().length;
    },
    send(type, payload, retry) {
      const socket: WebSocket | undefined = open()[0];
      if (!socket) return Promise.resolve({ status: 0, body: '' });
      const envelope_id = world.newId('E');
      const answered = new Promise<{ status: number; body: unknown }>((resolve) =>
        waiting.set(envelope_id, resolve),
      );
      const again = retry === undefined ? {} : { retry_attempt: retry, retry_reason: 'timeout' };
      socket.send(
        JSON.stringify({
          envelope_id,
          type,
          payload,
          accepts_response_payload: type !== 'events_api',
          ...again,
        }),
      );
      return answered;
    },
    recycle() {
      for (const socket of open())
        socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
    },
    close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}
