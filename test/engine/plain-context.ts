import type { Progress } from '../../src/engine/protocol.ts';
import type { TaskContext } from '../../src/engine/task.ts';

/** The context of a task that has the engine to itself. */
export function plainContext(onProgress: (progress: Progress) => void): TaskContext {
  return {
    signal: new AbortController().signal,
    onProgress,
    step: async (_kind, action) => action(),
    async together({ work }, item) {
      const [outcome] = await work.run([item]);
      return outcome as Awaited<ReturnType<typeof work.run>>[number];
    },
  };
}
