import { type Drawn, draw } from '../../diffusion/draw.ts';
import type { Model } from '../../diffusion/model.ts';
import { rowsOf } from '../../onnx/join.ts';
import type { PixelImage } from '../../pictures/image.ts';
import { guarded } from '../guard.ts';
import type { Models } from '../models.ts';
import { createPreviewTurns, type PreviewTurns } from '../previews.ts';
import type { ImagineTask } from '../protocol.ts';
import { sharingHooks } from '../shared-model.ts';
import type { Handler, TaskContext } from '../task.ts';

/** Draws a prompt with everything that the server has taught, step by step with the drawings of other servers. */
export function imagineTask(models: Models): Handler<'imagine'> {
  const enter = createPreviewTurns();
  return async (task, context) => {
    const { step: turn, onProgress } = context;
    onProgress({ phase: 'loading', step: 0, steps: task.steps });
    const base = await models.base(task.model);
    const model = await models.taught(base, task.concepts, {
      turn: (action) => turn('drawing', action),
    });
    const started = performance.now();
    const previews = enter();
    try {
      const request = { ...task, sampler: task.scheduler ?? base.folder.sampler };
      const hooks = showing(sharingHooks(models.shared(base), context), { base, task, context, previews });
      const drawn = await draw(model, request, hooks);
      const { images, flagged } = await turn('drawing', () => guarded(base, drawn.images, task.flagged));
      const seconds = (performance.now() - started) / 1000;
      return { images, ...(flagged > 0 && { flagged }), seconds, ...ignored(drawn) };
    } finally {
      previews.leave();
    }
  };
}

interface Shown {
  readonly base: Model;
  readonly task: ImagineTask;
  readonly context: TaskContext;
  readonly previews: PreviewTurns;
}

/** Hooks that tell of each step, with a picture where its turn has come. */
function showing(
  hooks: ReturnType<typeof sharingHooks>,
  { base, task, context, previews }: Shown,
): Parameters<typeof draw>[2] {
  const started = performance.now();
  const seen = async (images: readonly PixelImage[]) =>
    (await context.step('drawing', () => guarded(base, images, task.flagged))).images[0];
  return {
    ...hooks,
    async onStep(step, steps, latents) {
      const secondsLeft = ((performance.now() - started) / 1000 / step) * (steps - step);
      const due = previews.isDue(step, steps);
      const preview = due ? await seen(await hooks.decode(rowsOf(latents, [0, 1]))) : undefined;
      context.onProgress({ phase: 'drawing', step, steps, secondsLeft, ...(preview && { preview }) });
    },
  };
}

function ignored({ cut, negativeCut }: Drawn) {
  return {
    ...(cut !== undefined && { ignoredText: cut }),
    ...(negativeCut !== undefined && { ignoredNegative: negativeCut }),
  };
}
