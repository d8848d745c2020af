import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { raise } from '../../../src/result.ts';
import { freePort } from '../../fakes/servers/process.ts';
import type { Sample } from './growth.ts';

export type Part = 'bot' | 'engine';

/** `npm start` on the local chat, that is killed and started again. */
export interface SoakedBot {
  /** The same for every process. */
  readonly address: string;
  pid(part: Part): number | undefined;
  /** Kills the parts that run; says whether one did. */
  kill(parts: readonly Part[]): boolean;
  /** Starts it again once it has ended, which it is to be killed for; resolves when it can be talked to. */
  revive(): Promise<void>;
  /** What the processes told of their memory. */
  samples(): Promise<readonly Sample[]>;
  /** Has it drain; resolves with its exit status. */
  stop(): Promise<number | null>;
}

const root = join(import.meta.dirname, '../../..');
const tinyModel = join(root, 'test/fixtures/tiny-sd');
const telling = new URL('./telling.ts', import.meta.url).href;

/** @param everySeconds between two samples of a process */
export async function openBot(folder: string, everySeconds: number): Promise<SoakedBot> {
  const port = await freePort();
  const told = join(folder, 'samples.jsonl');
  const start = () =>
    startBot({
      MODEL_DIR: tinyModel,
      PROVIDER: 'cpu',
      THREADS: '1',
      TEACH_STEPS: '10',
      LOG_LEVEL: 'error',
      DATA_DIR: join(folder, 'data'),
      PORT: String(port),
      NODE_OPTIONS: `--expose-gc --import ${telling}`,
      SOAK_SAMPLES: told,
      SOAK_SECONDS: String(everySeconds),
    });
  let current = start();
  await current.ready;
  const pid = (part: Part) => (part === 'bot' ? current.child.pid : childOf(current.child.pid));

  return {
    address: `http://127.0.0.1:${port}`,
    pid,
    kill(parts) {
      const running = parts.map(pid).filter((id) => id !== undefined);
      for (const id of running) process.kill(id, 'SIGKILL');
      return running.length > 0;
    },
    async revive() {
      await current.ended;
      current = start();
      await current.ready;
    },
    async samples() {
      const lines = (await readFile(told, 'utf8').catch(() => '')).split('\n');
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Sample);
    },
    async stop() {
      current.child.kill('SIGTERM');
      return (await current.ended)[0];
    },
  };
}

/** In a process group of its own, so that Ctrl+C ends the soak and the soak ends it. */
function startBot(environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'bin/start.ts'], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const ready = Promise.withResolvers<void>();
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('The local chat is at')) ready.resolve();
  });
  const failed = ended.then(() => raise('engine-down', 'The bot did not start.'));
  failed.catch(() => {});
  return { child, ended, ready: Promise.race([ready.promise, failed]) };
}

/** The only process that a bot starts is its engine. */
function childOf(pid: number | undefined): number | undefined {
  try {
    const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
    return first ? Number(first) : undefined;
  } catch {
    return undefined;
  }
}
