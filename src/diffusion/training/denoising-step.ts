import type { Tensor } from '../../onnx/tensor.ts';
import type { TokenPosition } from '../token-weights.ts';
import type { TextGradients } from './text-gradients.ts';

/** One batch of the denoising objective. */
export interface DenoisingBatch {
  /** Token embeddings of the captions as the text side takes them: [batch, tokens, width], or [layers · batch, tokens, width]; see layered-text.ts. */
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
