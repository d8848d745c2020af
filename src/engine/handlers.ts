import { createCns } from '../personalize/methods/cns.ts';
import { createRuntime } from '../runtime/session.ts';
import { createModels } from './models.ts';
import type { Handlers } from './task.ts';
import { describeTask } from './tasks/describe.ts';
import { imagineTask } from './tasks/imagine.ts';
import { teachTask } from './tasks/teach.ts';

/** What the engine process does with each kind of task. */
export function createHandlers(): Handlers {
  const threads = Number(process.env.THREADS);
  const models = createModels(createRuntime(threads > 0 ? { threads } : {}));
  return {
    describe: describeTask(models),
    imagine: imagineTask(models),
    teach: teachTask(models, createCns()),
  };
}
