import type { Models } from '../models.ts';
import type { Handler } from '../task.ts';

/** Reads a concept file from outside as strictly as a stored one, in the process that has nothing to lose. */
export function checkTask(models: Models): Handler<'check'> {
  return async ({ model, concept }, { step }) => {
    const base = await models.base(model);
    const { method, token, classWord, kind } = await step('drawing', () => models.read(base, concept));
    return { method, token, classWord, kind };
  };
}
