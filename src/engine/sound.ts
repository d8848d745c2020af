import { ProblemError } from '../result.ts';
import type { TaskKind } from './protocol.ts';
import { traceOf } from './serve.ts';
import type { Handler, Handlers } from './task.ts';

/** Says why on standard error and ends this process with code 1, so that whoever supervises it starts another. */
export function endProcess(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}

/**
 * Handlers of a process that ends where it can compute nothing any more, as when its GPU was lost: a task is then not answered but
 * given to the next process, and one that cannot start takes none from others.
 * @param trouble asked after an error that is no problem: why nothing can be computed; undefined where something can
 * @param end ends the process; gets the reason, without what users wrote
 */
export function whileSound(
  handlers: Handlers,
  trouble: () => Promise<string | undefined>,
  end: (why: string) => void,
): Handlers {
  const sound =
    <Kind extends TaskKind>(handle: Handler<Kind>): Handler<Kind> =>
    async (task, context) => {
      try {
        return await handle(task, context);
      } catch (error) {
        const why = error instanceof ProblemError ? undefined : await trouble();
        if (why !== undefined) end(`nothing can be computed any more: ${why} ${traceOf(error)}`);
        throw error;
      }
    };
  return {
    describe: sound(handlers.describe),
    check: sound(handlers.check),
    adopt: sound(handlers.adopt),
    convert: sound(handlers.convert),
    imagine: sound(handlers.imagine),
    teach: sound(handlers.teach),
  };
}
