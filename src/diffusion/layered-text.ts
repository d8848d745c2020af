import type { Head } from '../onnx/cut/unet.ts';
import { joinTensors } from '../onnx/join.ts';
import { elementCount, float32, type Tensor } from '../onnx/tensor.ts';
import type { KeysAndValues, Layers } from './heads.ts';
import { ofLayer } from './of-layer.ts';
import { embed, type TaughtModel } from './taught-model.ts';
import type { TextBatch, TextSide } from './text-side.ts';
import { type TokenPosition, takeRows, textsOf, tokenPositions } from './token-weights.ts';
import type { Encoding } from './tokenizer.ts';
import type { TextGradients } from './training/text-gradients.ts';

/**
 * Texts that each cross-attention layer reads with token embeddings of its own (P+: Voynov et al. 2023). The text
 * encoder runs once a layer then; where no token has layers, nothing here costs anything.
 */

/** The heads of each cross-attention layer, its keys and its values, in the order of the heads. */
export function attentionLayers(heads: readonly Head[]): Layers {
  return [...Map.groupBy(heads, ({ name }) => name.replace(/\.to_[kv]$/, '')).values()];
}

/** Token embeddings for {@link textSideOf}: [texts, tokens, width], one such block for each layer where layers differ. */
export function embedForHeads(model: TaughtModel, encodings: readonly Encoding[]): Tensor<'float32'> {
  const { layers } = model;
  if (layers === undefined) return embed(model, encodings);
  return joinTensors(layers.map((_, layer) => embedForLayer(model, encodings, layer)));
}

/** Token embeddings as one layer reads them, [texts, tokens, width]. */
export function embedForLayer(
  model: TaughtModel,
  encodings: readonly Encoding[],
  layer: number,
): Tensor<'float32'> {
  const added = new Map([...model.added, ...(model.layers?.[layer] ?? [])]);
  return embed({ ...model, added }, encodings);
}

/** The text side that takes what {@link embedForHeads} gives: the base model's own where no token has layers. */
export function textSideOf({ base, layers }: TaughtModel): TextSide {
  return layers === undefined ? base.textSide : layeredTextSide(base.textSide, attentionLayers(base.heads));
}

/** Where in texts tokens with weights of their own stand; see {@link TaughtModel.own}. */
export function ownPositions(
  { own = new Map() }: TaughtModel,
  encodings: readonly Encoding[],
): readonly TokenPosition[] {
  return tokenPositions(own, encodings);
}

/**
 * Keys and values of texts under the model's own matrices, one of the batch for each text. Where tokens have stand-ins, a text with such
 * tokens is read twice, however many there are: as it stands for the positions that read weights of their own, and with the stand-ins for all
 * others, which thus say what they say of any dog in any park.
 * @param project reads texts as {@link textSideOf} takes them
 */
export async function projectTexts(
  model: TaughtModel,
  encodings: readonly Encoding[],
  project = ({ embeddings, weights, positions }: TextBatch) =>
    textSideOf(model).project(embeddings, weights, positions),
): Promise<KeysAndValues> {
  const { weights } = model;
  const positions = ownPositions(model, encodings);
  const standIns = standInsOf(model);
  if (positions.length === 0 || standIns.size === 0)
    return project({ embeddings: embedForHeads(model, encodings), weights, positions });
  const around = { ...model, added: new Map([...model.added, ...standIns]) };
  const texts = textsOf(positions);
  const [all, own] = await Promise.all([
    project({ embeddings: embedForHeads(around, encodings), weights, positions: [] }),
    project({
      embeddings: embedForHeads(
        model,
        texts.map((text) => encodings[text] as Encoding),
      ),
      weights,
      positions: positions.map((at) => ({ ...at, text: texts.indexOf(at.text) })),
    }),
  ]);
  takeRows(all, own, texts, positions);
  return all;
}

function standInsOf({ own = new Map() }: TaughtModel): ReadonlyMap<number, Float32Array> {
  return new Map([...own].flatMap(([id, { standIn }]) => (standIn ? [[id, standIn] as const] : [])));
}

function layeredTextSide(textSide: TextSide, layers: Layers): TextSide {
  return {
    ...textSide,
    project: (embeddings, weights, positions) =>
      layeredProduct(embeddings, layers, (part) => textSide.project(part, weights, positions)),
    backward: async (batch, tokens) => {
      const { gradients, release } = await textSide.backward(batch, tokens);
      return {
        gradients: (embeddings, weights, cotangents) =>
          layeredGradients(embeddings, cotangents, layers, (part, own) => gradients(part, weights, own)),
        release,
      };
    },
  };
}

/** Each layer's keys and values, of the embeddings that it reads. */
async function layeredProduct(
  embeddings: Tensor,
  layers: Layers,
  project: (embeddings: Tensor) => Promise<KeysAndValues>,
): Promise<KeysAndValues> {
  const own: Record<string, Tensor> = {};
  for (const [layer, heads] of layers.entries()) {
    const all = await project(ofLayer(embeddings, layer, layers.length));
    for (const { trunkInput } of heads) own[trunkInput] = all[trunkInput] as Tensor;
  }
  return own;
}

/** Of the embeddings that each layer reads, and of its weights by what came back from its own keys and values. */
async function layeredGradients(
  embeddings: Tensor,
  cotangents: KeysAndValues,
  layers: Layers,
  gradients: (embeddings: Tensor, cotangents: KeysAndValues) => Promise<TextGradients>,
): Promise<TextGradients> {
  const result = float32(embeddings.dims);
  const own = new Map<string, Float32Array>();
  for (const [layer, heads] of layers.entries()) {
    const part = ofLayer(embeddings, layer, layers.length);
    const given = await gradients(part, only(heads, cotangents));
    result.data.set(given.embeddings.data as Float32Array, layer * elementCount(part.dims));
    for (const { name } of heads) own.set(name, given.weights.get(name) as Float32Array);
  }
  return { embeddings: result, weights: own };
}

/** The cotangents of some heads, zeros for all others. */
function only(heads: readonly Head[], cotangents: KeysAndValues): KeysAndValues {
  const kept = new Set(heads.map(({ trunkInput }) => trunkInput));
  return Object.fromEntries(
    Object.entries(cotangents).map(([name, tensor]) => [
      name,
      kept.has(name) ? tensor : float32(tensor.dims),
    ]),
  );
}
