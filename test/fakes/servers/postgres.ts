import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findProgram } from '../../../bin/support/programs.ts';
import { postgresServer } from '../../../bin/support/servers.ts';
import { freePort, type LocalServer, serverProcess } from './process.ts';

const mostTries = 100;

/**
 * Makes an empty database and starts the machine's Postgres on it. A crash of the server loses nothing; a crash of the whole machine
 * might, since waiting for the disk would cost tests more than it shows. Throws where there is none.
 */
export async function startPostgres(): Promise<LocalServer> {
  const command = findProgram(postgresServer);
  if (command === undefined) throw new Error('There is no PostgreSQL; npm test says what to do.');
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-postgres-'));
  const user = userForServers();
  if (user) await chown(folder, user.uid, user.gid);
  const options = { cwd: folder, ...user };
  const making = ['-D', folder, '-U', 'keepsake', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  const made = spawnSync(join(dirname(command), 'initdb'), making, { ...options, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error ?? made.stderr}`);
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'lc_messages=C'];
  const server = serverProcess({
    command,
    args: ['-D', folder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    options,
    ready: /ready to accept connections/,
    stopSignal: 'SIGINT',
  });
  const start = () => startPatiently(server);
  await start();
  return {
    ...server,
    start,
    url: `postgres://keepsake@127.0.0.1:${port}/postgres`,
    port,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Processes of a killed server hold its memory for moments longer than it, and a new one refuses to start beside them. */
async function startPatiently(server: Pick<LocalServer, 'start'>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await server.start();
    } catch (error) {
      if (tries === mostTries || !/shared memory block .* is still in use/.test(`${error}`)) throw error;
      await pause(100);
    }
  }
}

/** Postgres refuses to be run by root: where we are that, the user that its Debian package makes. */
function userForServers(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith('postgres:'));
  const [, , uid, gid] = (line ?? 'nobody:x:65534:65534').split(':').map(Number);
  return { uid: uid!, gid: gid! };
}
