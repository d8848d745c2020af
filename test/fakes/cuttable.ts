import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a port of this machine that can be cut. */
export interface Cuttable {
  readonly port: number;
  /** From now on nothing passes, in no direction, and nobody is told. */
  cut(): void;
  /** New connections pass again; those of before are closed. */
  mend(): void;
  close(): Promise<void>;
}

export async function cuttable(target: number): Promise<Cuttable> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => void (isCut || to.write(bytes)));
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a port has a number');
  const closeAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    cut() {
      isCut = true;
    },
    mend() {
      isCut = false;
      closeAll();
    },
    async close() {
      server.close();
      closeAll();
    },
  };
}
