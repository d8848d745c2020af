import { usualLatentScale } from '../../diffusion/model-folder.ts';
import type { CutTextEncoder } from '../../onnx/cut/text-encoder.ts';
import type { CutUnet } from '../../onnx/cut/unet.ts';
import { type Graph, shapeOfInitializer } from '../../onnx/graph.ts';
import { linksOf, usesAhead } from '../../onnx/links.ts';
import { raise } from '../../result.ts';

/**
 * What older exporters did not write beside their graphs, read off the graphs: config.json of each component, as far as
 * the engine asks for it. What no graph tells is as in all of Stable Diffusion 1 and 2.
 */

/** @param tokens the most that the tokenizer gives */
export function textEncoderConfig({ table }: CutTextEncoder, tokens: number) {
  return { hidden_size: table.width, vocab_size: table.vocabularySize, max_position_embeddings: tokens };
}

/** Side of the latents of Stable Diffusion 1 and 2-base, and of 2 with v-prediction. */
const usualSide = 64;
const velocitySide = 96;

/**
 * Latents' sides as the graph has them, [height, width]; where it leaves them open, as the published models have them.
 * @param velocity whether the model predicts velocity, as Stable Diffusion 2 does at 768 pixels
 */
export function unetConfig(graph: Graph, cut: CutUnet, velocity: boolean) {
  const sample = graph.inputs.find(({ dims }) => dims.length === 4);
  const [, , height, width] = sample?.dims ?? [];
  const usual = velocity ? velocitySide : usualSide;
  const side = (dim: unknown) => (typeof dim === 'number' ? dim : usual);
  return {
    sample_size: [side(height), side(width)],
    in_channels: channelsInto(graph, sample?.name ?? ''),
    out_channels: channelsOutOf(graph),
    cross_attention_dim: cut.heads[0]?.inFeatures ?? 0,
  };
}

/** The factor between latents and pixels is two for every enlargement in the decoder; only the number of levels is read. */
export function vaeConfig(decoder: Graph) {
  const latent = decoder.inputs.find(({ dims }) => dims.length === 4)?.name ?? '';
  const levels = 1 + decoder.nodes.filter(({ op }) => op === 'Resize' || op === 'Upsample').length;
  const channels = channelsInto(decoder, latent);
  return {
    latent_channels: channels,
    block_out_channels: new Array<number>(levels).fill(channels),
    scaling_factor: usualLatentScale,
  };
}

const handingOn = new Set(['Cast', 'Identity', 'Mul', 'Div', 'Add']);

/** Channels that the first convolution of an input takes. */
function channelsInto(graph: Graph, input: string): number {
  const first = usesAhead(linksOf(graph), input, ({ node }) => handingOn.has(node.op)).find(
    ({ node }) => node.op === 'Conv',
  );
  return weightDims(graph, first?.node.inputs[1])?.[1] ?? unknown(input);
}

/** Channels that the convolution behind the first output gives. */
function channelsOutOf(graph: Graph): number {
  const links = linksOf(graph);
  const output = graph.outputs[0]?.name ?? '';
  let node = links.producer(output);
  while (node && handingOn.has(node.op)) node = links.producer(node.inputs[0] ?? '');
  return (node?.op === 'Conv' ? weightDims(graph, node.inputs[1])?.[0] : undefined) ?? unknown(output);
}

function weightDims(graph: Graph, name = ''): readonly number[] | undefined {
  const weight = graph.initializers.get(name);
  return weight && shapeOfInitializer(weight).dims;
}

function unknown(value: string): never {
  return raise(
    'invalid-model',
    `The model's config.json is missing, and its graph does not tell the channels of "${value}". Copy config.json from the original model.`,
  );
}
