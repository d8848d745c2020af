import { type Drawn, draw } from '../../diffusion/draw.ts';
import type { Model } from '../../diffusion/model.ts';
import { rowsOf } from '../../onnx/join.ts';
import type { Tensor } from '../../onnx/tensor.ts';
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
    const named = `${task.prompt} ${task.negativePrompt}`;
    const model = await models.taught(base, await models.neededFor(named, task.concepts), {
      turn: (action) => turn('drawing', action),
    });
    const started = performance.now();
    const previews = enter();
    try {
      const request = { ...task, sampler: base.folder.sampler };
      const shown = showing(sharingHooks(models.shared(base), context), { base, task, context, previews });
      const drawn = await draw(model, request, shown.hooks);
      await shown.last();
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

/**
 * Hooks that tell of each step, with the picture of an earlier one where its turn has come. No step waits for a picture: the drawing would
 * leave the batch that it shares with others for the time of it.
 */
function showing(
  hooks: ReturnType<typeof sharingHooks>,
  { base, task, context, previews }: Shown,
): { readonly hooks: Parameters<typeof draw>[2]; readonly last: () => Promise<void> } {
  const started = performance.now();
  let preview: PixelImage | undefined;
  let shown = Promise.resolve();
  const show = async (latents: Tensor<'float32'>) => {
    const decoded = await hooks.decode(latents);
    const { images } = await context.step('drawing', () => guarded(base, decoded, task.flagged));
    preview = images[0];
  };
  const onStep = (step: number, steps: number, latents: Tensor<'float32'>) => {
    const secondsLeft = ((performance.now() - started) / 1000 / step) * (steps - step);
    context.onProgress({ phase: 'drawing', step, steps, secondsLeft, ...(preview && { preview }) });
    preview = undefined;
    if (!previews.isDue(step, steps)) return;
    // A preview that fails is not shown; the picture itself may be fine.
    shown = show(rowsOf(latents, [0, 1])).catch(() => {});
  };
  return { hooks: { ...hooks, onStep }, last: () => shown };
}

function ignored({ cut, negativeCut }: Drawn) {
  return {
    ...(cut !== undefined && { ignoredText: cut }),
    ...(negativeCut !== undefined && { ignoredNegative: negativeCut }),
  };
}
