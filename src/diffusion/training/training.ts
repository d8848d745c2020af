import { orRelease } from '../../runtime/or-release.ts';
import type { HeadWeights, KeysAndValues } from '../heads.ts';
import type { Model } from '../model.ts';
import type { DenoisingBatch, DenoisingStep } from './denoising-step.ts';
import type { TrunkTraining } from './trunk-training.ts';

/** The gradient of the denoising loss with respect to everything on the text side. */
export interface Training {
  /** Loss and gradients of one batch; nothing is changed by it. */
  step(batch: DenoisingBatch, weights: HeadWeights, options?: BackwardOptions): Promise<DenoisingStep>;
  release(): Promise<void>;
}

/** Options of the backward pass. */
export interface BackwardOptions {
  /** Changes dLoss/dK and dLoss/dV before they go back to the text side, such as dropping those of the start token. */
  readonly adjust?: ((cotangents: KeysAndValues) => KeysAndValues) | undefined;
}

/** What a training needs of a model. */
export interface TrainedModel extends Pick<Model, 'textSide' | 'trunk'> {
  readonly folder: {
    readonly latents: Model['folder']['latents'];
    readonly tokenizer: Pick<Model['folder']['tokenizer'], 'maxTokens'>;
  };
}

/**
 * Opens the three runs of a step: text side forward, trunk forward and back, text side back.
 * @param weighted whether batches say what each element counts in the loss
 */
export async function openTraining(model: TrainedModel, batch: number, weighted = false): Promise<Training> {
  const { textSide } = model;
  const { maxTokens } = model.folder.tokenizer;
  const { trunk, backward } = await orRelease(async (keep) => ({
    trunk: keep(await trunkFor(model, batch, weighted)),
    backward: await textSide.backward(batch, maxTokens),
  }));
  return {
    async step({ embeddings, positions, ...rest }, weights, { adjust } = {}) {
      const keysAndValues = await textSide.project(embeddings, weights, positions);
      const { loss, prediction, cotangents } = await trunk.step({ ...rest, keysAndValues });
      const kept = adjust?.(cotangents) ?? cotangents;
      return { loss, prediction, gradients: await backward.gradients(embeddings, weights, kept) };
    },
    async release() {
      await trunk.release();
      await backward.release();
    },
  };
}

function trunkFor({ trunk, folder }: TrainedModel, batch: number, weighted: boolean): Promise<TrunkTraining> {
  const { latents, tokenizer } = folder;
  const { channels, height, width } = latents;
  return trunk.training({
    batch,
    tokens: tokenizer.maxTokens,
    latents: [channels, height, width],
    weighted,
  });
}
