import type { Tensor } from '../onnx/tensor.ts';
import type { HeadWeights } from './heads.ts';
import type { Model } from './model.ts';
import type { TokenWeights } from './token-weights.ts';
import type { Encoding, Tokenizer } from './tokenizer.ts';

/** A base model as one server has taught it: its tokens, their embeddings, and its key and value matrices. */
export interface TaughtModel {
  readonly base: Model;
  readonly tokenizer: Tokenizer;
  /** Embeddings of the added tokens by id. */
  readonly added: ReadonlyMap<number, Float32Array>;
  /** For each cross-attention layer the embeddings that it reads in place of those in `added`; absent where no token has such. */
  readonly layers?: readonly ReadonlyMap<number, Float32Array>[];
  /** What every position of a text reads, but those that `own` names. */
  readonly weights: HeadWeights;
  /** Weights that stand in for some of `weights` where a token stands, by its id. */
  readonly own?: ReadonlyMap<number, TokenWeights>;
}

/** The base model before anything was taught. */
export function untaught(base: Model): TaughtModel {
  return { base, tokenizer: base.folder.tokenizer.copy(), added: new Map(), weights: base.baseWeights };
}

/** Token embeddings of texts, [texts, tokens, width]. */
export function embed(model: TaughtModel, encodings: readonly Encoding[]): Tensor<'float32'> {
  return model.base.embeddings.lookUp(
    encodings.map(({ ids }) => ids),
    model.added,
  );
}
