import { setTimeout as delay } from 'node:timers/promises';
import { failure } from '../result.ts';
import type { ComputeEnvironment } from '../runtime/environment.ts';
import { type ChildOptions, type EngineChild, startChild } from './child.ts';
import type { Engine, TaskKind, TaskOptions, TaskTypes } from './protocol.ts';

export type EngineOptions = Partial<ChildOptions> & {
  /** Milliseconds to wait before the nth start in a row that followed a crash. */
  readonly backOffMilliseconds?: (crashes: number) => number;
  /** Processes that a task is given to, one after another, where they end before it does and no step of training was taken that had not been before. Default 3. */
  readonly attempts?: number;
  /** Hears that a process has ended by itself and another one is started. */
  readonly onRestart?: () => void;
  /** Whether others do what this engine does not. */
  readonly hasOthers?: boolean;
};

/** An engine that is kept running. */
export interface RunningEngine extends Engine {
  readonly pid: number | undefined;
  /** Whether a process takes tasks now. */
  readonly ready: boolean;
}

const sentences = {
  crashed: (attempts: number) =>
    `The drawing engine stopped ${attempts} times in the middle of this job, and was not asked again. Nothing taught was lost; the reason is in the log of whoever runs the bot.`,
  notStarted:
    'The drawing engine does not start, so nothing can be taught or drawn now. Nothing taught was lost; the reason is in the log of whoever runs the bot.',
  stopping:
    'The bot is stopping, and this job with it. Nothing taught was lost: repeat the command when it is back.',
} as const;

const requiringGpu: ComputeEnvironment & Record<string, string> = { CPU_INSTEAD: 'no' };

/**
 * Keeps an engine process running: starts it again when it ends, a little later each time that it ends again without
 * having answered anything. Tasks in flight when it ends are given to the next one, a few times over while they get no further, and then
 * answered 'engine-down'; they are so at once while no process can be started. Where there are others, no process makes do with the CPU once
 * one before it has computed on a GPU: one whose GPU is lost is to leave the work to them.
 */
export function startEngine(options: EngineOptions = {}): RunningEngine {
  const childOptions: ChildOptions = {
    startMilliseconds: 60_000,
    stopMilliseconds: 2_000,
    silenceMilliseconds: 600_000,
    log: (line) => process.stderr.write(`engine: ${line}\n`),
    ...options,
  };
  const { attempts = 3 } = options;
  const backOffMilliseconds =
    options.backOffMilliseconds ?? ((crashes) => Math.min(30_000, 250 * 2 ** (crashes - 1)));
  const stopping = new AbortController();
  let crashes = 0;
  let child: EngineChild | undefined;
  let up = false;
  let onGpu = false;
  let next = start();

  /** The new child once it takes requests; undefined where it ended before. */
  async function start(): Promise<EngineChild | undefined> {
    if (crashes > 0)
      await delay(backOffMilliseconds(crashes), undefined, { signal: stopping.signal }).catch(() => {});
    if (stopping.signal.aborted) return undefined;
    const environment = { ...childOptions.environment, ...(options.hasOthers && onGpu && requiringGpu) };
    const started = startChild({ ...childOptions, environment });
    child = started;
    const ready = await started.ready;
    up = ready !== undefined;
    onGpu ||= ready?.onGpu === true;
    void started.exited.then(() => startAgain(ready !== undefined));
    return ready && started;
  }

  function startAgain(wasReady: boolean): void {
    up = false;
    if (stopping.signal.aborted) return;
    crashes++;
    options.onRestart?.();
    childOptions.log(
      wasReady ? 'the engine process ended; starting it again' : 'the engine process did not start',
    );
    const starting = start();
    if (wasReady) next = starting;
    else {
      void starting.then((up) => {
        if (up) next = starting;
      });
    }
  }

  async function run<Kind extends TaskKind>(task: TaskTypes[Kind]['task'], taskOptions: TaskOptions = {}) {
    let furthest = 0;
    let deaths = 0;
    let before = 0;
    const onProgress: TaskOptions['onProgress'] = (progress) => {
      if (progress.phase === 'training') furthest = Math.max(furthest, progress.step);
      taskOptions.onProgress?.(progress);
    };
    for (;;) {
      const up = await unlessAborted(next, taskOptions.signal);
      if (up === 'aborted') return failure('cancelled', 'Stopped; nothing was changed.');
      if (stopping.signal.aborted) return failure('engine-down', sentences.stopping);
      if (!up) return failure('engine-down', sentences.notStarted);
      const result = await up.run<Kind>(task, { ...taskOptions, onProgress });
      if (result) {
        crashes = 0;
        return result;
      }
      await up.exited;
      if (stopping.signal.aborted) return failure('engine-down', sentences.stopping);
      deaths = furthest > before ? 0 : deaths + 1;
      before = furthest;
      if (deaths >= attempts) return failure('engine-down', sentences.crashed(attempts));
      childOptions.log(`its ${task.kind} is given to the next process`, taskOptions.job);
      taskOptions.onProgress?.({ phase: 'restarting', step: 0, steps: 0 });
    }
  }

  return {
    get pid() {
      return child?.pid;
    },
    get ready() {
      return up;
    },
    teach: run<'teach'>,
    imagine: run<'imagine'>,
    describe: (model) => run<'describe'>({ kind: 'describe', model }),
    check: (model, concept, taskOptions) => run<'check'>({ kind: 'check', model, concept }, taskOptions),
    adopt: run<'adopt'>,
    convert: run<'convert'>,
    async stop() {
      stopping.abort();
      await child?.stop();
    },
  };
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T | 'aborted'> {
  if (!signal) return work;
  const { promise, resolve } = Promise.withResolvers<'aborted'>();
  const abort = () => resolve('aborted');
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', abort));
}
