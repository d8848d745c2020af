import { draw } from '../../diffusion/draw.ts';
import { float32 } from '../../onnx/tensor.ts';
import { guarded } from '../guard.ts';
import type { Models } from '../models.ts';
import type { Handler } from '../task.ts';

const previewEverySteps = 5;

/** Draws a prompt with everything that the server has taught. */
export function imagineTask(models: Models): Handler<'imagine'> {
  return async (task, { step: turn, onProgress }) => {
    onProgress({ phase: 'loading', step: 0, steps: task.steps });
    const base = await models.base(task.model);
    const model = await models.taught(base, task.concepts, {
      turn: (action) => turn('drawing', action),
    });
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    const {
      images: drawn,
      cut,
      negativeCut,
    } = await draw(
      model,
      { ...task, sampler: task.scheduler ?? base.folder.sampler },
      {
        turn: (action) => turn('drawing', action),
        async onStep(step, steps, latents) {
          const secondsLeft = (seconds() / step) * (steps - step);
          const [, ...size] = latents.dims;
          const first = float32([1, ...size], latents.data.slice(0, latents.data.length / task.count));
          const due = step % previewEverySteps === 0 && step < steps;
          const preview = due
            ? await turn('drawing', async () => {
                const { images } = await guarded(base, await base.autoencoder.decode(first), task.flagged);
                return images[0];
              })
            : undefined;
          onProgress({
            phase: 'drawing',
            step,
            steps,
            secondsLeft,
            ...(preview === undefined ? {} : { preview }),
          });
        },
      },
    );
    const { images, flagged } = await turn('drawing', () => guarded(base, drawn, task.flagged));
    return {
      images,
      ...(flagged > 0 && { flagged }),
      seconds: seconds(),
      ...(cut !== undefined && { ignoredText: cut }),
      ...(negativeCut !== undefined && { ignoredNegative: negativeCut }),
    };
  };
}
