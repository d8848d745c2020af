import { createRequire } from 'node:module';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import type { Settings } from '../../../src/settings.ts';
import { commitHash } from '../commit.ts';

/** What a measurement was made on and with, as it stands above its numbers. */
export function circumstances({ provider, threads }: Pick<Settings, 'provider' | 'threads'>) {
  return {
    machine: machine(),
    node: process.versions.node,
    runtime: createRequire(import.meta.url)('onnxruntime-node/package.json').version as string,
    provider,
    threads: threads ?? null,
    commit: commitHash(),
  };
}

function machine() {
  const [first] = cpus();
  return {
    system: `${type()} ${release()} ${process.arch}`,
    processor: first?.model.trim() ?? '',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
  };
}
