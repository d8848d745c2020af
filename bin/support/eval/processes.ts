import { fork } from 'node:child_process';
import { type Problem, ProblemError, raise } from '../../../src/result.ts';
import type { Job, JobContext, JobMessage, Listener } from './job.ts';

/** Does a job in a process of its own. Raises its problem, 'cancelled' when the signal ends it, 'engine-down' where it dies. */
export async function runInChild(
  job: Job,
  context: JobContext,
  listener: Listener,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) stopped();
  const child = fork(new URL('./child.ts', import.meta.url), [JSON.stringify(job), JSON.stringify(context)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const end = () => child.kill('SIGTERM');
  signal.addEventListener('abort', end);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.on('message', (message: JobMessage) => {
    if (message.type === 'done') listener.onDone(message.work, message.doing);
    else if (message.type === 'found') listener.onFound(message.work);
    else if (message.problem) reject(new ProblemError(message.problem as Problem));
    else resolve();
  });
  child.once('error', reject);
  child.once('close', () => {
    const message = `A process of the evaluation ended before its work (${JSON.stringify(job)}). Run the command again to go on.`;
    reject(new ProblemError({ code: 'engine-down', message }));
  });
  try {
    await promise;
  } catch (error) {
    throw signal.aborted ? cancelled() : error;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** Does all jobs, `width` at a time. The first that fails ends the others, and is thrown when they have ended. */
export async function eachSideBySide<T>(
  jobs: readonly T[],
  width: number,
  signal: AbortSignal,
  run: (job: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const waiting = [...jobs];
  const failing = new AbortController();
  const either = AbortSignal.any([signal, failing.signal]);
  let failure: { readonly error: unknown } | undefined;
  const work = async () => {
    for (let job = waiting.shift(); job !== undefined && !either.aborted; job = waiting.shift()) {
      try {
        await run(job, either);
      } catch (error) {
        failure ??= { error };
        failing.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  if (failure) throw failure.error;
  if (signal.aborted) stopped();
}

function cancelled(): ProblemError {
  return new ProblemError({
    code: 'cancelled',
    message: 'Stopped. What is done is kept: run the same command again to go on.',
  });
}

function stopped(): never {
  return raise('cancelled', cancelled().problem.message);
}
