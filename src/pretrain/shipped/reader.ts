import type { Graph } from '../../onnx/graph.ts';
import { attributeList } from '../../world/index.ts';
import type { Parameters } from '../nets/net.ts';
import { logitCount, type ReaderConfig, reader } from '../nets/reader.ts';
import { writeGraphs, writeJsonFiles } from './files.ts';
import { shipped } from './graphs.ts';

/** An attribute of either figure is of one kind: "hatColour" of "left.hatColour". */
const kindOf = (name: string) => name.replace(/^.*\./, '');
const kinds = [...new Set(attributeList.map(({ name }) => kindOf(name)))];

/** The network that tells what a picture shows: 93 million multiplications a picture, 740,000 weights. */
export const readerConfig: ReaderConfig = {
  pixels: 64,
  channels: [32, 64, 96],
  heads: 4,
  surroundings: 2,
  glances: 2,
  hidden: 48,
  attributes: attributeList.map(({ name, values }) => ({
    kind: kinds.indexOf(kindOf(name)),
    values: values.length,
  })),
};

/** `pixel_values` in −1…1 to `logits`, those of each attribute's values one after another. */
export function readerGraph(config: ReaderConfig, parameters: Parameters): Graph {
  return shipped('reader', parameters, (net) => {
    const { pixels } = config;
    const image = net.builder.input('pixel_values', 'float32', ['batch', 3, pixels, pixels]);
    return { value: reader(net, config, image), name: 'logits', dims: ['batch', logitCount(config)] };
  });
}

/**
 * Writes a trained reader: `model.onnx`, and `attributes.json` with the attributes' names and values in the order of its
 * logits.
 * @returns the SHA-256 of the model file, in hex, by its name
 */
export async function exportReader(
  folder: string,
  parameters: Parameters,
): Promise<Readonly<Record<string, string>>> {
  const hashes = await writeGraphs(folder, { 'model.onnx': readerGraph(readerConfig, parameters) });
  await writeJsonFiles(folder, { 'attributes.json': attributeList });
  return hashes;
}
