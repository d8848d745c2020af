import { loadFormats } from '../interop/formats.ts';
import { loadMethods } from '../personalize/methods.ts';
import { runtimeFromEnvironment } from '../runtime/environment.ts';
import { troubleWith } from '../runtime/provider.ts';
import { limitsFromEnvironment } from './limits.ts';
import { createModels } from './models.ts';
import { endProcess, whileSound } from './sound.ts';
import type { Handlers } from './task.ts';
import { adoptTask } from './tasks/adopt.ts';
import { checkTask } from './tasks/check.ts';
import { convertTask } from './tasks/convert.ts';
import { describeTask } from './tasks/describe.ts';
import { imagineTask } from './tasks/imagine.ts';
import { teachTask } from './tasks/teach.ts';

/** What the engine process does with each kind of task. */
export async function createHandlers(onGpu: () => void): Promise<Handlers> {
  const { runtime, reason } = await runtimeFromEnvironment(process.env);
  process.stderr.write(`${reason}\n`);
  const methods = await loadMethods();
  const formats = await loadFormats();
  const models = createModels(runtime, methods, limitsFromEnvironment(process.env));
  const handlers: Handlers = {
    describe: describeTask(models),
    check: checkTask(models),
    adopt: adoptTask(models, methods, formats),
    convert: convertTask(models, formats),
    imagine: imagineTask(models),
    teach: teachTask(models, methods),
  };
  if (runtime.provider !== 'cuda') return handlers;
  onGpu();
  return whileSound(handlers, () => troubleWith(runtime), endProcess);
}
