import { cumulativeAlphas } from '../../diffusion/schedulers/noise-schedule.ts';
import { float32 } from '../../onnx/tensor.ts';
import { embeddingGradient } from '../../personalize/training/token-update.ts';
import { type Check, compared } from '../check.ts';
import { denoisingBatch } from '../denoising-steps.ts';
import { relativeError } from '../relative-error.ts';
import { beforeTraining, encodingsAt, newTokenId } from '../taught.ts';
import { asReference, referenceMatrix, requireHeads } from '../weights.ts';

/** The first step of training: x_t, the prediction, and the gradients of everything on the text side. */
export const gradients: Check = {
  name: 'gradients',
  async *run(scene) {
    const { model, reference } = scene;
    const alphas = Float32Array.from(cumulativeAlphas(model.folder.scheduler));
    const schedule = float32([alphas.length], alphas);
    yield compared('noise schedule', relativeError(schedule, reference.floats('alphas_cumprod')));

    const batch = denoisingBatch(scene, 0, beforeTraining(scene));
    yield compared('noisy latents', relativeError(batch.sample, reference.floats('step0_noisy')));

    const training = await scene.training(batch.timesteps.length);
    const step = await training.step(batch, model.baseWeights);
    yield compared('prediction', relativeError(step.prediction, reference.floats('step0_pred')));

    requireHeads(reference, 'grad0/', model);
    const errors = model.heads.map((head) =>
      relativeError(asReference(step.gradients.weights, head), referenceMatrix(reference, 'grad0/', head)),
    );
    yield compared(`gradients of ${errors.length} key and value matrices`, ...errors);

    const encodings = encodingsAt(reference, 'input_ids');
    const row = embeddingGradient(step.gradients.embeddings, encodings, newTokenId(model));
    yield compared(
      "gradient of the token's embedding",
      relativeError(float32([row.length], row), reference.floats('grad0/new1_embedding')),
    );
  },
};
