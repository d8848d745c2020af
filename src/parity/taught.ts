import type { Model } from '../diffusion/model.ts';
import { embed, type TaughtModel, untaught } from '../diffusion/taught-model.ts';
import type { Encoding } from '../diffusion/tokenizer.ts';
import type { Head } from '../onnx/cut/unet.ts';
import type { Tensor } from '../onnx/tensor.ts';
import type { Scene } from './check.ts';
import type { Reference } from './reference.ts';
import { referenceWeights } from './weights.ts';

/** The prompts of every reference; the token in the second is the first after the vocabulary. */
export const prompts = ['a photo of a dog', 'photo of a <new1> dog'] as const;
export const newToken = '<new1>';

/** The id that the first added token gets. */
export function newTokenId({ folder }: Model): number {
  return folder.tokenizer.vocabularySize;
}

/** The base model with the token in it, which starts as `dog`, and with weights of its own to train. */
export function beforeTraining({ model, reference }: Scene): TaughtModel {
  const weights = ({ name }: Head) => (model.baseWeights.get(name) as Float32Array).slice();
  return taught(model, embeddingAt(reference, 'new1_embedding_init', model), weights);
}

/** The base model with the weights and the embedding that the reference's training ended with. */
export function afterTraining({ model, reference }: Scene): TaughtModel {
  const weights = (head: Head) => referenceWeights(reference, 'final/', head);
  return taught(model, embeddingAt(reference, 'final/new1_embedding', model), weights);
}

function taught(base: Model, embedding: Float32Array, weightsOf: (head: Head) => Float32Array): TaughtModel {
  const { tokenizer } = untaught(base);
  return {
    base,
    tokenizer,
    added: new Map([[tokenizer.addToken(newToken), embedding]]),
    weights: new Map(base.heads.map((head) => [head.name, weightsOf(head)])),
  };
}

function embeddingAt(reference: Reference, key: string, { embeddings }: Model): Float32Array {
  return reference.floats(key, [embeddings.width]).data.slice();
}

/** The reference's ids as the tokenizer would have given them. */
export function encodingsAt(reference: Reference, key: 'input_ids' | 'uncond_ids'): readonly Encoding[] {
  return reference.integers(key).map((ids) => ({ ids: Int32Array.from(ids), length: ids.length }));
}

/** Embeddings of the two prompts, [2, tokens, width]. */
export function promptEmbeddings({ reference }: Scene, model: TaughtModel): Tensor<'float32'> {
  return embed(model, encodingsAt(reference, 'input_ids'));
}
