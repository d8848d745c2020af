import { fork } from 'node:child_process';
import { failure, type Result, unwrap } from '../../../src/result.ts';
import type { Settings } from '../../../src/settings.ts';
import type { MeasureOptions } from './measure.ts';

/** Variables that tell a measuring process what the settings say. */
export function environmentOf({
  provider,
  threads,
}: Pick<Settings, 'provider' | 'threads'>): NodeJS.ProcessEnv {
  return { ...process.env, PROVIDER: provider, ...(threads !== undefined && { THREADS: String(threads) }) };
}

/** Runs the measure of that name in `measures/` in a process of its own. Raises 'engine-down' where it ends without a result. */
export async function inChild(
  name: string,
  options: MeasureOptions,
  settings: Pick<Settings, 'provider' | 'threads'>,
): Promise<object> {
  const child = fork(new URL('./child.ts', import.meta.url), [name, JSON.stringify(options)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: environmentOf(settings),
  });
  const { promise, resolve } = Promise.withResolvers<Result<object>>();
  child.once('message', (message) => resolve(message as Result<object>));
  child.once('close', () => resolve(failure('engine-down', `Measuring ${name} ended without a result.`)));
  return unwrap(await promise);
}
