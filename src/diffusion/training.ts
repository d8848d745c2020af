import type { Tensor } from '../onnx/tensor.ts';
import type { HeadWeights, KeysAndValues } from './heads.ts';
import type { Model } from './model.ts';
import type { TextGradients } from './text-side.ts';
import type { TokenPosition } from './token-weights.ts';

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

export interface DenoisingStep {
  /** Mean squared error to the target, or the weighted sum of squares. */
  readonly loss: number;
  readonly prediction: Tensor;
  readonly gradients: TextGradients;
}

/** The gradient of the denoising loss with respect to everything on the text side. */
export interface Training {
  step(batch: DenoisingBatch, weights: HeadWeights, options?: BackwardOptions): Promise<DenoisingStep>;
  release(): Promise<void>;
}

/** Options of the backward pass. */
export interface BackwardOptions {
  /** Changes dLoss/dK and dLoss/dV before they go back to the text side, such as dropping those of the start token. */
  readonly adjust?: ((cotangents: KeysAndValues) => KeysAndValues) | undefined;
  /**
   * The matrices of the positions that `adjust` leaves, where those are not the step's: with the weights in them that stand in at
   * the batch's positions.
   */
  readonly weights?: HeadWeights | undefined;
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
  const { channels, height, width } = model.folder.latents;
  const tokens = model.folder.tokenizer.maxTokens;
  const trunk = await model.trunk.training({ batch, tokens, latents: [channels, height, width], weighted });
  const backward = await model.textSide.backward(batch, tokens);
  return {
    async step({ embeddings, positions, ...rest }, weights, options = {}) {
      const keysAndValues = await model.textSide.project(embeddings, weights, positions);
      const { loss, prediction, cotangents } = await trunk.step({ ...rest, keysAndValues });
      const kept = options.adjust?.(cotangents) ?? cotangents;
      const gradients = await backward.gradients(embeddings, options.weights ?? weights, kept);
      return { loss, prediction, gradients };
    },
    async release() {
      await trunk.release();
      await backward.release();
    },
  };
}
