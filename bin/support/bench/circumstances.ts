import { createRequire } from 'node:module';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { commitHash } from '../commit.ts';
import type { ComputeSettings } from '../engine-environment.ts';

/** What a measurement was made on and with, as it stands above its numbers. */
export function circumstances({ provider, threads, precision, recompute, tf32 }: ComputeSettings) {
  return {
    machine: machine(),
    node: process.versions.node,
    runtime: createRequire(import.meta.url)('onnxruntime-node/package.json').version as string,
    provider,
    precision,
    recompute,
    tf32,
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
