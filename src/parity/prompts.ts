import type { Model } from '../diffusion/model.ts';
import type { Tensor } from '../onnx/tensor.ts';
import type { Scene } from './check.ts';
import type { Reference } from './reference.ts';

/** The prompts of every reference; the token in the second is added to the vocabulary and starts as `dog`. */
export const prompts = ['a photo of a dog', 'photo of a <new1> dog'] as const;
export const newToken = '<new1>';

/** The id of the token, the first after the vocabulary. */
export function newTokenId({ folder }: Model): number {
  return folder.tokenizer.vocabularySize;
}

/** Embeddings of the reference's two prompts, [2, tokens, width]; `embedding` is the added token's, as it starts by default. */
export function promptEmbeddings(
  { model, reference }: Scene,
  embedding = initialEmbedding(model, reference),
): Tensor<'float32'> {
  return embedIds(model, reference.integers('input_ids'), embedding);
}

export function embedIds(
  model: Model,
  ids: readonly (readonly number[])[],
  embedding: Float32Array,
): Tensor<'float32'> {
  return model.embeddings.lookUp(
    ids.map((row) => Int32Array.from(row)),
    new Map([[newTokenId(model), embedding]]),
  );
}

/** A copy of the added token's embedding before training. */
export function initialEmbedding(model: Model, reference: Reference): Float32Array {
  return reference.floats('new1_embedding_init', [model.embeddings.width]).data.slice();
}
