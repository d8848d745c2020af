import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../../bin/support/programs.ts';
import { redisServer } from '../../../bin/support/servers.ts';
import { freePort, type LocalServer, serverProcess } from './process.ts';

/**
 * Starts the machine's Redis, with its append-only file on the disk before each answer unless `more` says otherwise: what was written outlives the
 * process in any case. Throws where there is none.
 */
export async function startRedis(more: Readonly<Record<string, string>> = {}): Promise<LocalServer> {
  const command = findProgram(redisServer);
  if (command === undefined) throw new Error('There is no Redis; npm test says what to do.');
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-redis-'));
  const port = await freePort();
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'yes',
    appendfsync: 'always',
    'maxmemory-policy': 'noeviction',
    ...more,
  };
  const server = serverProcess({
    command,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ready: /Ready to accept connections/,
    stopSignal: 'SIGTERM',
  });
  await server.start();
  return {
    ...server,
    url: `redis://127.0.0.1:${port}`,
    port,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
