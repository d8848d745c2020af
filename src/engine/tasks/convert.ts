import type { Formats } from '../../interop/format.ts';
import type { ConceptWeights } from '../../personalize/concept-file.ts';
import { raise } from '../../result.ts';
import type { Models } from '../models.ts';
import type { Handler } from '../task.ts';

/** Writes a stored concept in the format of another program. */
export function convertTask(models: Models, formats: Formats): Handler<'convert'> {
  return async (task, { step: turn, onProgress }) => {
    onProgress({ phase: 'loading', step: 0, steps: 0 });
    const format = formats.get(task.format) ?? raise('invalid-option', 'There is no such file format here.');
    const base = await models.base(task.model);
    const [concept] = await models.concepts(base, [task.concept]);
    onProgress({ phase: 'packing', step: 0, steps: 0 });
    return format.write(concept as ConceptWeights, base, { turn: (action) => turn('drawing', action) });
  };
}
