import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { unset } from '../fakes/unset.ts';
import { tinyModel } from './house.ts';

vi.setConfig({ testTimeout: 600_000 });

/** An entry point, running in a process of its own without a terminal. */
export interface Program {
  readonly pid: number | undefined;
  /** Resolves with everything that was printed so far once it fits the pattern. */
  says(pattern: RegExp): Promise<string>;
  /** Resolves with the exit status, and all that was printed to either stream. */
  readonly ended: Promise<{ readonly status: number | null; readonly printed: string }>;
  kill(signal: NodeJS.Signals): void;
}

export function runProgram(
  name: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Program {
  const own = { MODEL_DIR: tinyModel, PROVIDER: 'cpu', THREADS: '1' };
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, '../../bin', name), ...args],
    { env: { ...process.env, ...unset, ...own, ...variables }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
  return {
    pid: child.pid,
    async says(pattern) {
      await expect.poll(() => printed, { timeout: 120_000 }).toMatch(pattern);
      return printed;
    },
    ended: new Promise((resolve) => child.on('close', (status) => resolve({ status, printed }))),
    kill: (signal) => void child.kill(signal),
  };
}

/** Process ids of the engines that a program has started. */
export function enginesOf({ pid }: Pick<Program, 'pid'>): readonly number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = rows.map((row) => row.trim().split(/\s+/).map(Number));
  return pairs.filter(([, parent]) => parent === pid).map(([id]) => id!);
}

/** A folder that goes when the test ends. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-program-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
