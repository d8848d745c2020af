import type { Tensor } from '../../onnx/tensor.ts';
import type { HeadWeights } from '../heads.ts';

/** Gradients of the text side. */
export interface TextGradients {
  /** dLoss/d(token embeddings), in their shape: [layers · batch, tokens, width] where layers read embeddings of their own. */
  readonly embeddings: Tensor;
  /** dLoss/dW by head name, each [in, out], or of what a token has of its own in the order of that. */
  readonly weights: HeadWeights;
}
