import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { raise } from '../../../src/result.ts';
import { freePort } from '../../fakes/servers/process.ts';
import { unset } from '../../fakes/unset.ts';
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
  /** Starts again the workers that were killed. */
  reviveWorkers(): Promise<void>;
  /** What the processes told of their memory. */
  samples(): Promise<readonly Sample[]>;
  /** Has it drain; resolves with its exit status. */
  stop(): Promise<number | null>;
}

const root = join(import.meta.dirname, '../../..');
const tinyModel = join(root, 'test/fixtures/tiny-sd');
const telling = new URL('./telling.ts', import.meta.url);

/** Of the engine's memory for concepts: a dozen of the tiny model, so that it is full before it is watched and what grows then is no cache that fills. */
const conceptBytes = 1e6;

/** Of each half of V8's room for young objects, which it has from the first minute: left to itself it takes more, by steps, whenever a burst is larger than any before. */
const youngMegabytes = 16;

export interface SoakOptions {
  /** Between two samples of a process. */
  readonly everySeconds: number;
  /** Processes that do the jobs of the bot; 0 where it does them itself. */
  readonly workers: number;
  /** Settings of all of them. */
  readonly shared: Readonly<Record<string, string>>;
}

export async function openBot(
  folder: string,
  { everySeconds, workers: count, shared }: SoakOptions,
): Promise<SoakedBot> {
  const port = await freePort();
  const told = join(folder, 'samples.jsonl');
  const sampling = new URLSearchParams({ file: told, seconds: String(everySeconds) });
  const start = (entry: 'start' | 'worker', name: string) =>
    startProgram(entry, {
      ...shared,
      MODEL_DIR: tinyModel,
      PROVIDER: 'cpu',
      THREADS: '1',
      TEACH_STEPS: '10',
      CONCEPT_CACHE_BYTES: String(conceptBytes),
      LOG_LEVEL: 'error',
      DATA_DIR: join(folder, name),
      PORT: String(port),
      MALLOC_ARENA_MAX: '2',
      MALLOC_MMAP_THRESHOLD_: '131072',
      NODE_OPTIONS: `--expose-gc --max-semi-space-size=${youngMegabytes} --import ${telling.href}?${sampling}`,
    });
  const startWorker = (index: number) => start('worker', `worker-${index}`);
  const workers = Array.from({ length: count }, (_, index) => startWorker(index));
  let current = start('start', 'data');
  await Promise.all([current, ...workers].map(({ ready }) => ready));
  /** With workers, the one that is killed next: each in its turn. */
  let turn = 0;
  const pid = (part: Part) =>
    part === 'bot' ? current.child.pid : childOf((workers.at(-1) ?? current).child.pid);
  const kill = (part: Part): boolean => {
    if (part === 'engine' && count > 0) return workers[turn++ % count]!.child.kill('SIGKILL');
    const id = pid(part);
    return id !== undefined && process.kill(id, 'SIGKILL');
  };

  return {
    address: `http://127.0.0.1:${port}`,
    pid,
    kill: (parts) => parts.map(kill).includes(true),
    async revive() {
      await current.ended;
      current = start('start', 'data');
      await current.ready;
    },
    async reviveWorkers() {
      for (const [index, { child, ended }] of workers.entries()) {
        if (child.exitCode === null && child.signalCode === null && !child.killed) continue;
        await ended;
        workers[index] = startWorker(index);
      }
      await Promise.all(workers.map(({ ready }) => ready));
    },
    async samples() {
      const lines = (await readFile(told, 'utf8').catch(() => '')).split('\n');
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Sample);
    },
    async stop() {
      const all = [current, ...workers];
      for (const { child } of all) child.kill('SIGTERM');
      const statuses = await Promise.all(all.map(async ({ ended }) => (await ended)[0]));
      return statuses.find((status) => status !== 0) ?? 0;
    },
  };
}

/** In a process group of its own, so that Ctrl+C ends the soak and the soak ends it. */
function startProgram(entry: 'start' | 'worker', environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', `bin/${entry}.ts`], {
    cwd: root,
    env: { ...unset, ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const ready = Promise.withResolvers<void>();
  createInterface(child.stdout).on('line', (line) => {
    if (/^(The local chat is at|It does the jobs of all bots)/.test(line)) ready.resolve();
  });
  const failed = ended.then(() => raise('engine-down', 'The bot or a worker did not start.'));
  failed.catch(() => {});
  return { child, ended, ready: Promise.race([ready.promise, failed]) };
}

/** The only process that a bot or a worker starts is its engine. */
function childOf(pid: number | undefined): number | undefined {
  try {
    const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
    return first ? Number(first) : undefined;
  } catch {
    return undefined;
  }
}
