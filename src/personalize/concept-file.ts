import type { ConceptKind } from '../concept.ts';
import { attentionLayers } from '../diffusion/layered-text.ts';
import { firstMethod } from '../method-names.ts';
import type { Head } from '../onnx/cut/unet.ts';
import { largestFloat16 } from '../onnx/shape/evaluate/half.ts';
import { float32, type Tensor } from '../onnx/tensor.ts';
import { raise } from '../result.ts';
import { decodeHeader, decodeSafetensors, encodeSafetensors, longestSentHeader } from '../safetensors.ts';

/** Trained weights of one head: places in the matrix as PyTorch lays it out, [out, in], ascending, and what they are now. */
export interface SparseWeights {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** What is added to all of a matrix, as PyTorch lays it out: `whole` [out, in], or up·down with up [out, rank] and down [rank, in]. */
export type Delta =
  | { readonly whole: Float32Array }
  | { readonly rank: number; readonly down: Float32Array; readonly up: Float32Array };

/** What a concept changes in the base model. */
export interface ConceptWeights {
  /** Name of the method that taught it. */
  readonly method: string;
  readonly token: string;
  readonly classWord: string;
  readonly kind: ConceptKind;
  /** Id of the base model it was taught on. */
  readonly model: string;
  /** The token's embedding; the mean of `layers` where those are there. */
  readonly embedding: Float32Array;
  /** The token's embedding for each cross-attention layer, where they have their own. */
  readonly layers?: readonly Float32Array[];
  /** Weights that are put in place as they are, by head name. */
  readonly heads: ReadonlyMap<string, SparseWeights>;
  /** Those weights are in place where the token stands and at so many positions after it alone; everywhere where absent. */
  readonly following?: number;
  /** What the method's `fuse` makes matrices of, by head name. */
  readonly deltas: ReadonlyMap<string, Delta>;
}

/** What a concept's file says that it is. */
export const conceptFormat = 'keepsake-concept';
const version = '1';
const kinds: readonly ConceptKind[] = ['subject', 'style', 'scene'];

/**
 * A concept as a safetensors file. Its tensors: `embedding` [width], or [layers, width] where layers have their own; of each head
 * `HEAD.indices` and `HEAD.values`, or `HEAD.whole`, or `HEAD.down` [rank, in] and `HEAD.up` [out, rank].
 */
export function encodeConcept(concept: ConceptWeights): Uint8Array {
  const { method, token, classWord, kind, model, following, layers = [concept.embedding] } = concept;
  const width = concept.embedding.length;
  const rows = float32(layers.length === 1 ? [width] : [layers.length, width]);
  for (const [layer, row] of layers.entries()) rows.data.set(row, layer * width);
  const tensors = new Map<string, Tensor>([['embedding', rows]]);
  for (const [name, { indices, values }] of concept.heads) {
    tensors.set(`${name}.indices`, { type: 'uint32', dims: [indices.length], data: indices });
    tensors.set(`${name}.values`, float32([values.length], values));
  }
  for (const [name, delta] of concept.deltas) {
    if ('whole' in delta) tensors.set(`${name}.whole`, float32([delta.whole.length], delta.whole));
    else {
      const { rank, down, up } = delta;
      tensors.set(`${name}.down`, float32([rank, down.length / rank], down));
      tensors.set(`${name}.up`, float32([up.length / rank, rank], up));
    }
  }
  const by = method === firstMethod ? {} : { method };
  return encodeSafetensors(tensors, {
    format: conceptFormat,
    version,
    ...by,
    token,
    class: classWord,
    kind,
    model,
    ...(following !== undefined && { following: String(following) }),
  });
}

/**
 * Reads a concept and checks that it fits the model's heads, and that its numbers are none over half precision's largest, which no
 * training comes near. Raises 'invalid-file' with the reason.
 */
export function decodeConcept(bytes: Uint8Array, heads: readonly Head[], width: number): ConceptWeights {
  const { tensors, metadata } = decodeSafetensors(bytes, longestSentHeader);
  if (metadata.format !== conceptFormat || metadata.version !== version)
    refuse('it is no concept of this version');
  const { method = firstMethod, token = '', class: classWord = '', model = '' } = metadata;
  if (!/^[a-z][a-z-]{0,39}$/.test(method)) refuse('it names no method');
  if (!/^<new[1-9]\d{0,8}>$/.test(token)) refuse('it names no token');
  const kind = kinds.find((known) => known === metadata.kind) ?? refuse('it is of no known kind');
  const rows = embeddingIn(tensors, attentionLayers(heads).length, width);
  const changes = { ...changesIn(tensors, heads), ...reachIn(metadata) };
  return { method, token, classWord, kind, model, ...rows, ...changes };
}

/**
 * What a concept's file says of itself in its header, of which at least that is in `bytes`: its method, and whether it changes nothing but
 * where its token stands. Raises 'invalid-file' where it is no safetensors file.
 */
export function readReach(bytes: Uint8Array): { readonly method: string; readonly atToken: boolean } {
  const { names, metadata } = decodeHeader(bytes);
  const { method = firstMethod, following } = metadata;
  const changes = names.filter((name) => name !== 'embedding');
  const placed = changes.every((name) => /\.(indices|values)$/.test(name));
  return { method, atToken: changes.length === 0 || (placed && following !== undefined) };
}

function reachIn({ following }: Readonly<Record<string, string>>): Pick<ConceptWeights, 'following'> {
  if (following === undefined) return {};
  if (!/^\d{1,4}$/.test(following)) refuse('it does not say where its weights stand');
  return { following: Number(following) };
}

type Tensors = ReadonlyMap<string, Tensor>;

/** What a token has with an embedding for each layer. */
export function layered(layers: readonly Float32Array[]): {
  embedding: Float32Array;
  layers: readonly Float32Array[];
} {
  const embedding = new Float32Array(layers[0]?.length ?? 0).map(
    (_, i) => layers.reduce((sum, row) => sum + (row[i] as number), 0) / layers.length,
  );
  return { embedding, layers };
}

function embeddingIn(tensors: Tensors, layers: number, width: number) {
  const values = floatsIn(tensors, 'embedding');
  const dims = tensors.get('embedding')?.dims.join() ?? '';
  if (dims === `${width}`) return { embedding: values };
  if (layers < 2 || dims !== `${layers},${width}`) refuse(`its embedding is not ${width} wide`);
  return layered(
    Array.from({ length: layers }, (_, layer) => values.slice(layer * width, (layer + 1) * width)),
  );
}

/** Every tensor but the embedding belongs to a head, and a head has those of one sort of change. */
function changesIn(tensors: Tensors, all: readonly Head[]): Pick<ConceptWeights, 'heads' | 'deltas'> {
  const known = new Map(all.map((head) => [head.name, head]));
  const heads = new Map<string, SparseWeights>();
  const deltas = new Map<string, Delta>();
  const names = [...tensors.keys()].filter((name) => name !== 'embedding').sort();
  for (const [name, own] of Map.groupBy(names, (tensor) => tensor.replace(/\.\w+$/, ''))) {
    const head = known.get(name) ?? refuse('it has weights of a matrix that the model has not');
    const parts = own.map((tensor) => tensor.slice(name.length + 1)).join();
    if (parts === 'indices,values') heads.set(name, weightsIn(tensors, head));
    else if (parts === 'whole') deltas.set(name, wholeIn(tensors, head));
    else if (parts === 'down,up') deltas.set(name, factorsIn(tensors, head));
    else refuse(`what it has of ${name} is not whole`);
  }
  return { heads, deltas };
}

function weightsIn(tensors: Tensors, { name, inFeatures, outFeatures }: Head): SparseWeights {
  const indices = tensors.get(`${name}.indices`);
  const values = floatsIn(tensors, `${name}.values`);
  if (indices?.type !== 'uint32' || indices.data.length !== values.length)
    return refuse(`the weights of ${name} are not whole`);
  const places = (indices.data as Uint32Array).slice();
  const size = inFeatures * outFeatures;
  if (places.some((place, i) => place >= size || (i > 0 && place <= (places[i - 1] as number))))
    return refuse(`the weights of ${name} are out of place`);
  return { indices: places, values };
}

function wholeIn(tensors: Tensors, { name, inFeatures, outFeatures }: Head): Delta {
  const whole = floatsIn(tensors, `${name}.whole`);
  return whole.length === inFeatures * outFeatures
    ? { whole }
    : refuse(`what it adds to ${name} has another size`);
}

function factorsIn(tensors: Tensors, { name, inFeatures, outFeatures }: Head): Delta {
  const [down, up] = [floatsIn(tensors, `${name}.down`), floatsIn(tensors, `${name}.up`)];
  const rank = down.length / inFeatures;
  const fits = rank >= 1 && rank <= Math.min(inFeatures, outFeatures) && up.length === rank * outFeatures;
  return fits && Number.isInteger(rank)
    ? { rank, down, up }
    : refuse(`the factors of ${name} have other sizes`);
}

function floatsIn(tensors: Tensors, name: string): Float32Array {
  const tensor = tensors.get(name);
  if (tensor?.type !== 'float32') return refuse(`it has no ${name} in float32`);
  const values = (tensor.data as Float32Array).slice();
  if (!values.every(Number.isFinite)) refuse(`its ${name} are not all numbers`);
  return values.every((value) => Math.abs(value) <= largestFloat16)
    ? values
    : refuse(`its ${name} are over ${largestFloat16}`);
}

function refuse(reason: string): never {
  return raise(
    'invalid-file',
    `This concept file cannot be used: ${reason}. Forget the concept and teach it again.`,
  );
}
