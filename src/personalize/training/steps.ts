import { attentionLayers, textSideOf } from '../../diffusion/layered-text.ts';
import type { TokenWeights } from '../../diffusion/token-weights.ts';
import type { DenoisingStep } from '../../diffusion/training/denoising-step.ts';
import { openTraining } from '../../diffusion/training/training.ts';
import type { Batch } from './batches.ts';
import type { Course, LearningToken } from './course.ts';

/** The gradients of what a course trains, one batch after another. */
export interface Steps {
  step(batch: Batch): Promise<DenoisingStep>;
  release(): Promise<void>;
}

/** Opens the gradients of all matrices, or of a token's own weights where those alone train. */
export function openSteps(course: Course): Promise<Steps> {
  return course.atToken ? stepsAtToken(course, course.atToken) : stepsOfMatrices(course);
}

async function stepsOfMatrices({ model, batch, weighted, adjust }: Course): Promise<Steps> {
  const { step, release } = await openTraining(trainedBy(model), batch, weighted);
  return {
    step: (next) =>
      step(next, model.weights, {
        adjust: adjust && ((cotangents) => adjust(cotangents, next.encodings)),
      }),
    release,
  };
}

function stepsAtToken(
  { model, batch, weighted = false }: Course,
  { token, positions, others }: LearningToken,
): Promise<Steps> {
  return model.base.tokenDenoising({
    batch,
    weights: model.weights,
    own: model.own?.get(token) as TokenWeights,
    positions: batch * positions,
    others: batch * others,
    ...(model.layers && { layers: attentionLayers(model.base.heads) }),
    weighted,
  });
}

function trainedBy(model: Course['model']) {
  return { ...model.base, textSide: textSideOf(model) };
}
