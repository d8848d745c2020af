import { attempt, failure, ProblemError, type Result } from '../result.ts';
import { cancelled } from './cancelled.ts';
import type { EngineReply, EngineRequest, Outcome, Task } from './protocol.ts';
import type { Handler, Handlers, TaskContext } from './task.ts';
import { joinIn } from './together.ts';
import { createTurnstile } from './turnstile.ts';

/**
 * Answers requests: every `run` with one `result`, and progress before it. Returns what to call with each message.
 * Messages that are no requests are ignored.
 * @param log hears of what belongs to no task, without what users wrote
 */
export function serve(
  handlers: Handlers,
  reply: (reply: EngineReply) => void,
  log: (line: string) => void,
): (message: unknown) => void {
  const running = new Map<number, AbortController>();
  const turnstile = createTurnstile({
    onStep: (kind, seconds) => reply({ type: 'step', kind, seconds }),
  });

  const contextOf = (id: number, signal: AbortSignal): TaskContext => ({
    signal,
    onProgress: (progress) => reply({ type: 'progress', id, progress }),
    step: (kind, action) =>
      turnstile.turn(kind, () => {
        if (signal.aborted) throw new ProblemError(cancelled);
        return action();
      }),
    together: (sharing, item) => joinIn(turnstile, sharing, item, { id, signal }),
  });

  const answer = async (id: number, task: Task, context: TaskContext): Promise<Result<Outcome>> => {
    const tell = (line: string) => reply({ type: 'log', id, line: `${task.kind} ${line}` });
    const began = performance.now();
    try {
      const result = await attempt(() => (handlers[task.kind] as Handler<Task['kind']>)(task, context));
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      tell(result.ok ? `took ${seconds} s` : `ended with ${result.problem.code} after ${seconds} s`);
      return result;
    } catch (error) {
      tell(`failed: ${traceOf(error)}`);
      return failure(
        'engine-down',
        'The drawing engine made a mistake in this job: try it again, or differently.',
      );
    }
  };

  return (message) => {
    if (!isRequest(message, handlers)) return log('a message that is no request was ignored');
    const { id } = message;
    if (message.type === 'cancel') return running.get(id)?.abort();
    const controller = new AbortController();
    running.set(id, controller);
    void answer(id, message.task, contextOf(id, controller.signal)).then((result) => {
      running.delete(id);
      reply({ type: 'result', id, result });
    });
  };
}

function isRequest(message: unknown, handlers: Handlers): message is EngineRequest {
  if (!isRecord(message) || !Number.isSafeInteger(message.id)) return false;
  if (message.type === 'cancel') return true;
  return (
    message.type === 'run' &&
    isRecord(message.task) &&
    typeof message.task.kind === 'string' &&
    Object.hasOwn(handlers, message.task.kind)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** An error's name and where it was thrown. Its message may quote a prompt, so it is left out. */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return [error.name, ...frames.map((frame) => frame.trim())].join(' ');
}
