import type { ConceptKind } from '../concept.ts';
import type { Head } from '../onnx/cut/unet.ts';
import { float32, type Tensor } from '../onnx/tensor.ts';
import { raise } from '../result.ts';
import { decodeSafetensors, encodeSafetensors } from '../safetensors.ts';

/** Trained weights of one head: places in the matrix as PyTorch lays it out, [out, in], ascending, and what they are now. */
export interface SparseWeights {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** What a concept changes in the base model. */
export interface ConceptWeights {
  readonly token: string;
  readonly classWord: string;
  readonly kind: ConceptKind;
  /** Id of the base model it was taught on. */
  readonly model: string;
  readonly embedding: Float32Array;
  /** By head name. */
  readonly heads: ReadonlyMap<string, SparseWeights>;
}

const format = 'keepsake-concept';
const version = '1';
const kinds: readonly ConceptKind[] = ['subject', 'style', 'scene'];

export function encodeConcept(concept: ConceptWeights): Uint8Array {
  const tensors = new Map<string, Tensor>([
    ['embedding', float32([concept.embedding.length], concept.embedding)],
  ]);
  for (const [name, { indices, values }] of concept.heads) {
    tensors.set(`${name}.indices`, { type: 'uint32', dims: [indices.length], data: indices });
    tensors.set(`${name}.values`, float32([values.length], values));
  }
  const { token, classWord, kind, model } = concept;
  return encodeSafetensors(tensors, { format, version, token, class: classWord, kind, model });
}

/** Reads a concept and checks that it fits the model's heads. Raises 'invalid-file' with the reason. */
export function decodeConcept(bytes: Uint8Array, heads: readonly Head[], width: number): ConceptWeights {
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata.format !== format || metadata.version !== version) refuse('it is no concept of this version');
  const { token = '', class: classWord = '', model = '' } = metadata;
  if (!/^<new[1-9]\d{0,8}>$/.test(token)) refuse('it names no token');
  const kind = kinds.find((known) => known === metadata.kind) ?? refuse('it is of no known kind');
  const embedding = floatsIn(tensors, 'embedding');
  if (embedding.length !== width) refuse(`its embedding is not ${width} wide`);
  const names = new Set(
    [...tensors.keys()].filter((name) => name !== 'embedding').map((name) => name.replace(/\.\w+$/, '')),
  );
  if (tensors.size !== 1 + 2 * names.size) refuse('it has tensors that belong to nothing');
  const known = new Map(heads.map((head) => [head.name, head.inFeatures * head.outFeatures]));
  const read = (name: string): readonly [string, SparseWeights] => {
    const size = known.get(name) ?? refuse('it has weights of a matrix that the model has not');
    return [name, weightsIn(tensors, name, size)];
  };
  return { token, classWord, kind, model, embedding, heads: new Map([...names].map(read)) };
}

/** @param size elements of the matrix that the weights belong in */
function weightsIn(tensors: ReadonlyMap<string, Tensor>, name: string, size: number): SparseWeights {
  const indices = tensors.get(`${name}.indices`);
  const values = floatsIn(tensors, `${name}.values`);
  if (indices?.type !== 'uint32' || indices.data.length !== values.length)
    return refuse(`the weights of ${name} are not whole`);
  const places = (indices.data as Uint32Array).slice();
  if (places.some((place, i) => place >= size || (i > 0 && place <= (places[i - 1] as number))))
    return refuse(`the weights of ${name} are out of place`);
  return { indices: places, values };
}

function floatsIn(tensors: ReadonlyMap<string, Tensor>, name: string): Float32Array {
  const tensor = tensors.get(name);
  if (tensor?.type !== 'float32') return refuse(`it has no ${name} in float32`);
  const values = (tensor.data as Float32Array).slice();
  return values.every(Number.isFinite) ? values : refuse(`its ${name} are not all numbers`);
}

function refuse(reason: string): never {
  return raise(
    'invalid-file',
    `This concept file cannot be used: ${reason}. Forget the concept and teach it again.`,
  );
}
