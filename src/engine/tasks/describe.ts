import type { Models } from '../models.ts';
import type { Handler } from '../task.ts';

/** What the studio needs to know of a base model. */
export function describeTask(models: Models): Handler<'describe'> {
  return async ({ model }) => {
    const { folder, counts, sizeStep } = await models.base(model);
    return {
      id: folder.id,
      pixels: folder.pixels,
      parameters: counts.parameters,
      ...(sizeStep !== undefined && { sizeStep }),
      ...(folder.drawing && { drawing: folder.drawing }),
    };
  };
}
