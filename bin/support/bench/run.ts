import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { basename } from 'node:path';
import { readModelFolder } from '../../../src/diffusion/model-folder.ts';
import { failure, type Result, unwrap } from '../../../src/result.ts';
import type { Settings } from '../../../src/settings.ts';
import { commitHash } from '../commit.ts';
import { progressLine } from '../progress-line.ts';
import type { MeasureOptions } from './measure.ts';

export interface BenchOptions extends Omit<MeasureOptions, 'batch'> {
  readonly settings: Pick<Settings, 'provider' | 'threads'>;
}

const batches = [1, 2, 4, 8];

/** Measures everything, each thing in a fresh process and one after another. */
export async function runBench(options: BenchOptions): Promise<object> {
  const { model, settings } = options;
  const folder = await readModelFolder(model);
  const line = progressLine('bench');
  let done = 0;
  const measure = async (name: string, batch?: number): Promise<object> => {
    line.update(done++ / (2 * batches.length + 4), batch === undefined ? name : `${name}, batch ${batch}`);
    return inChild(name, { ...options, batch: batch ?? 1 }, settings);
  };
  const perBatch = async (name: string) => {
    const results: object[] = [];
    for (const batch of batches) results.push(await measure(name, batch));
    return results;
  };
  const result = {
    machine: machine(),
    node: process.versions.node,
    runtime: createRequire(import.meta.url)('onnxruntime-node/package.json').version as string,
    provider: settings.provider,
    threads: settings.threads ?? null,
    commit: commitHash(),
    model: { name: basename(folder.path), id: folder.id, pixels: folder.pixels },
    training: await perBatch('training'),
    denoising: await perBatch('denoising'),
    composition: await measure('composition'),
    switching: await measure('switching'),
    projection: await measure('projection'),
    commands: await measure('commands'),
  };
  line.clear();
  return result;
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

async function inChild(
  name: string,
  { model, runs, batch, teachSteps }: MeasureOptions,
  { provider, threads }: BenchOptions['settings'],
): Promise<object> {
  const options = JSON.stringify({ model, runs, batch, teachSteps });
  const child = fork(new URL('./child.ts', import.meta.url), [name, options], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: {
      ...process.env,
      PROVIDER: provider,
      ...(threads !== undefined && { THREADS: String(threads) }),
    },
  });
  const { promise, resolve } = Promise.withResolvers<Result<object>>();
  child.once('message', (message) => resolve(message as Result<object>));
  child.once('close', () => resolve(failure('engine-down', `Measuring ${name} ended without a result.`)));
  return unwrap(await promise);
}
