import { fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { failure, type Result } from '../result.ts';
import { childEnvironment } from './child-environment.ts';
import type { EngineReply, EngineRequest, StepKind, TaskKind, TaskOptions, TaskTypes } from './protocol.ts';

export interface ChildOptions {
  /** Module that exports `createHandlers`; the engine's own by default. */
  readonly handlers?: URL;
  /** Options for Node in the child process. */
  readonly execArgv?: readonly string[];
  /** Variables for the child process, besides those of this one that {@link childEnvironment} passes on. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds until a child that has not become ready is killed. */
  readonly startMilliseconds: number;
  /** Milliseconds between asking the child to end and killing it. */
  readonly stopMilliseconds: number;
  /** Milliseconds without a word while something is asked of it, after which the child is taken to hang and killed. */
  readonly silenceMilliseconds: number;
  /** Hears what the child writes to its standard error, and what it says of a task, with the job that the task belongs to. */
  readonly log: (line: string, job?: string) => void;
  /** Hears how long each step took, in seconds. */
  readonly onStep?: (kind: StepKind, seconds: number) => void;
}

/** One engine process, from its start to its end. */
export interface EngineChild {
  readonly pid: number | undefined;
  /** How it computes, once it takes requests; undefined where it did not get as far. */
  readonly ready: Promise<{ readonly onGpu: boolean } | undefined>;
  readonly exited: Promise<void>;
  /** The outcome; undefined where the process ends before it. */
  run<Kind extends TaskKind>(
    task: TaskTypes[Kind]['task'],
    options: TaskOptions,
  ): Promise<Result<TaskTypes[Kind]['outcome']> | undefined>;
  stop(): Promise<void>;
}

interface Waiting {
  readonly job?: string;
  readonly onReply: (reply: EngineReply) => void;
  readonly onDeath: () => void;
}

const longestLine = 2000;

/**
 * Starts one engine process. It is killed where it does not become ready, or says nothing while something is asked of it, for
 * longer than the options allow.
 */
export function startChild(options: ChildOptions): EngineChild {
  const host = new URL('./host.ts', import.meta.url);
  const child = fork(host, options.handlers ? [options.handlers.href] : [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...childEnvironment(process.env), ...options.environment },
    execArgv: ['--disable-warning=ExperimentalWarning', ...(options.execArgv ?? [])],
  });
  const waiting = new Map<number, Waiting>();
  const ready = Promise.withResolvers<{ readonly onGpu: boolean } | undefined>();
  const exited = Promise.withResolvers<void>();
  const startTimer = setTimeout(() => child.kill('SIGKILL'), options.startMilliseconds);
  let silence: NodeJS.Timeout | undefined;
  let alive = true;
  let lastId = 0;

  const end = () => {
    alive = false;
    clearTimeout(startTimer);
    clearTimeout(silence);
    ready.resolve(undefined);
    for (const { onDeath } of waiting.values()) onDeath();
    waiting.clear();
    exited.resolve();
  };
  const hang = () => {
    options.log('the engine process says nothing any more; it is killed');
    child.kill('SIGKILL');
  };
  /** Begins to wait for the next word anew. */
  const listen = () => {
    clearTimeout(silence);
    if (alive && waiting.size > 0) silence = setTimeout(hang, options.silenceMilliseconds);
  };
  const send = (request: EngineRequest) => {
    if (child.connected) child.send(request, () => {});
  };

  child.once('exit', end);
  child.on('error', (error) => {
    options.log(`engine process: ${error.message}`);
    if (child.pid === undefined) end();
  });
  child.on('message', (reply: EngineReply) => {
    listen();
    if (reply.type === 'ready') {
      clearTimeout(startTimer);
      ready.resolve({ onGpu: reply.onGpu });
      return;
    }
    if (reply.type === 'step') return options.onStep?.(reply.kind, reply.seconds);
    const asked = waiting.get(reply.id);
    if (reply.type === 'log') options.log(reply.line.slice(0, longestLine), asked?.job);
    else asked?.onReply(reply);
  });
  if (child.stderr) {
    createInterface(child.stderr).on('line', (line) => options.log(line.slice(0, longestLine)));
  }

  return {
    pid: child.pid,
    ready: ready.promise,
    exited: exited.promise,

    async run<Kind extends TaskKind>(
      task: TaskTypes[Kind]['task'],
      { job, onProgress, signal }: TaskOptions,
    ) {
      type Answer = Result<TaskTypes[Kind]['outcome']> | undefined;
      if (signal?.aborted) return failure('cancelled', 'Stopped before it began; nothing was changed.');
      if (!alive) return undefined;
      const id = ++lastId;
      const { promise, resolve } = Promise.withResolvers<Answer>();
      waiting.set(id, {
        ...(job !== undefined && { job }),
        onDeath: () => resolve(undefined),
        onReply(reply) {
          if (reply.type === 'progress') onProgress?.(reply.progress);
          if (reply.type === 'result') resolve(reply.result as Answer);
        },
      });
      const cancel = () => send({ type: 'cancel', id });
      signal?.addEventListener('abort', cancel, { once: true });
      send({ type: 'run', id, task });
      listen();
      return promise.finally(() => {
        waiting.delete(id);
        listen();
        signal?.removeEventListener('abort', cancel);
      });
    },

    async stop() {
      if (!alive) return;
      child.kill('SIGTERM');
      const killTimer = setTimeout(() => child.kill('SIGKILL'), options.stopMilliseconds);
      await exited.promise;
      clearTimeout(killTimer);
    },
  };
}
