import { fork } from 'node:child_process';
import { failure, type Result, unwrap } from '../../../src/result.ts';
import { type ComputeSettings, engineEnvironment } from '../engine-environment.ts';
import type { MeasureOptions } from './measure.ts';

/** Runs the measure of that name in `measures/` in a process of its own. Raises 'engine-down' where it ends without a result. */
export async function inChild(
  name: string,
  options: MeasureOptions,
  settings: ComputeSettings,
): Promise<object> {
  const child = fork(new URL('./child.ts', import.meta.url), [name, JSON.stringify(options)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { ...process.env, ...engineEnvironment(settings, settings.gpus[0]) },
  });
  const { promise, resolve } = Promise.withResolvers<Result<object>>();
  child.once('message', (message) => resolve(message as Result<object>));
  child.once('close', () => resolve(failure('engine-down', `Measuring ${name} ended without a result.`)));
  return unwrap(await promise);
}
