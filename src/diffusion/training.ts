import type { Tensor } from '../onnx/tensor.ts';
import type { HeadWeights, KeysAndValues } from './heads.ts';
import type { Model } from './model.ts';
import { orRelease } from './or-release.ts';
import type { TextGradients } from './text-gradients.ts';
import type { TokenPosition } from './token-weights.ts';
import type { TrunkTraining } from './trunk-training.ts';

/** One batch of the denoising objective. */
export interface DenoisingBatch {
  /** Token embeddings of the captions as the text side takes them, [batch, tokens, width]. */
  readonly embeddings: Tensor;
  /** Where in the captions other weights stand in; nowhere where absent. */
  readonly positions?: readonly TokenPosition[];
  /** Noisy latents x_t, [batch, channels, height, width]. */
  readonly sample: Tensor;
  readonly timesteps: readonly number[];
  /** What the model should answer: the noise, or the velocity. */
  readonly target: Tensor;
  /** Where training is weighted: what each element's squared error counts in the loss, shaped as the sample. */
  readonly lossWeights?: Tensor;
}

/** What one step found, before anything has been changed by it. */
export interface DenoisingStep {
  /** Mean squared error to the target, or the weighted sum of squares. */
  readonly loss: number;
  /** What the model answered, shaped as the sample. */
  readonly prediction: Tensor;
  readonly gradients: TextGradients;
}

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
  const trunk = await openTrunk(model, batch, weighted);
  const { maxTokens } = model.folder.tokenizer;
  const backward = await orRelease(trunk, () => textSide.backward(batch, maxTokens));
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

function openTrunk(
  { trunk, folder }: TrainedModel,
  batch: number,
  weighted: boolean,
): Promise<TrunkTraining> {
  const { latents, tokenizer } = folder;
  const { channels, height, width } = latents;
  return trunk.training({
    batch,
    tokens: tokenizer.maxTokens,
    latents: [channels, height, width],
    weighted,
  });
}
