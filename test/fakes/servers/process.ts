import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A real server that a test starts on this machine, which keeps what it has in a folder of its own. */
export interface LocalServer {
  readonly url: string;
  readonly port: number;
  /** Starts it again on the same port, with what it had kept. */
  start(): Promise<void>;
  /** As a power cut does. */
  kill(): Promise<void>;
  /** Ends it as its operator would, and removes its folder. */
  stop(): Promise<void>;
}

export interface Starting {
  readonly command: string;
  readonly args: readonly string[];
  readonly options?: SpawnOptions;
  /** What it prints once it answers. */
  readonly ready: RegExp;
  readonly stopSignal: NodeJS.Signals;
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Starts and ends a server process; it does not outlive this one. */
export function serverProcess({ command, args, options, ready, stopSignal }: Starting) {
  let child: ChildProcess | undefined;
  const killWithUs = () => void child?.kill('SIGKILL');

  const end = async (signal: NodeJS.Signals) => {
    const running = child;
    child = undefined;
    process.off('exit', killWithUs);
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    running.kill(signal);
    await once(running, 'exit');
  };

  return {
    async start() {
      child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
      process.on('exit', killWithUs);
      await saying(child, ready);
    },
    kill: () => end('SIGKILL'),
    stop: () => end(stopSignal),
  };
}

function saying(child: ChildProcess, ready: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-10_000);
      if (ready.test(said)) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${child.spawnfile} ended before it was ready:\n${said}`)));
  });
}
