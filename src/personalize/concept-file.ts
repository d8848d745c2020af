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
  readonly kind: string;
  /** Id of the base model it was taught on. */
  readonly model: string;
  readonly embedding: Float32Array;
  /** By head name. */
  readonly heads: ReadonlyMap<string, SparseWeights>;
}

const format = 'keepsake-concept';
const version = '1';

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
  const embedding = tensors.get('embedding');
  if (embedding?.type !== 'float32' || embedding.data.length !== width)
    refuse(`it has no embedding of width ${width}`);
  const known = new Map(heads.map((head) => [head.name, head.inFeatures * head.outFeatures]));
  const names = [...tensors.keys()]
    .filter((name) => name.endsWith('.indices'))
    .map((name) => name.slice(0, -'.indices'.length));
  const read = (name: string): SparseWeights => {
    const indices = tensors.get(`${name}.indices`);
    const values = tensors.get(`${name}.values`);
    const size = known.get(name) ?? refuse(`the model has no matrix ${name}`);
    if (
      indices?.type !== 'uint32' ||
      values?.type !== 'float32' ||
      indices.data.length !== values.data.length
    ) {
      return refuse(`the weights of ${name} are not whole`);
    }
    const places = indices.data as Uint32Array;
    if (places.some((place, i) => place >= size || (i > 0 && place <= (places[i - 1] as number)))) {
      return refuse(`the weights of ${name} are out of place`);
    }
    if ((values.data as Float32Array).some((value) => !Number.isFinite(value)))
      return refuse(`the weights of ${name} are not all numbers`);
    return { indices: places.slice(), values: (values.data as Float32Array).slice() };
  };
  return {
    token: metadata.token ?? refuse('it names no token'),
    classWord: metadata.class ?? '',
    kind: metadata.kind ?? 'subject',
    model: metadata.model ?? '',
    embedding: (embedding.data as Float32Array).slice(),
    heads: new Map(names.map((name) => [name, read(name)])),
  };
}

function refuse(reason: string): never {
  return raise(
    'invalid-file',
    `This concept file cannot be used: ${reason}. Forget the concept and teach it again.`,
  );
}
