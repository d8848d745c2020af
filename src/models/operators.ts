import type { ModelFolder } from '../diffusion/model-folder.ts';
import { readSafetyGraph } from '../diffusion/safety-checker.ts';
import { cutTextEncoder } from '../onnx/cut/text-encoder.ts';
import type { Graph } from '../onnx/graph.ts';
import type { ModelFile } from '../onnx/model-file.ts';
import { specialize } from '../onnx/shape/specialize.ts';

interface Parts {
  readonly textEncoder: ModelFile;
  readonly vaeDecoder: ModelFile;
  readonly vaeEncoder: ModelFile | undefined;
}

/**
 * Fixes the shapes of all graphs but the U-Net's for one picture of the model's own size, as a GPU has them. Raises
 * 'unsupported-operator' for an operator whose shapes are not known beforehand; a GPU would fail there in the middle of a job.
 */
export async function requireKnownOperators(
  { graphs, latents, pixels, tokenizer, textWidth }: ModelFolder,
  { textEncoder, vaeDecoder, vaeEncoder }: Parts,
): Promise<void> {
  fix(cutTextEncoder(textEncoder.graph).body, [1, tokenizer.maxTokens, textWidth]);
  fix(vaeDecoder.graph, [1, latents.channels, latents.height, latents.width]);
  if (vaeEncoder) fix(vaeEncoder.graph, [1, 3, pixels.height, pixels.width]);
  if (graphs.safetyChecker !== undefined) {
    const { graph } = await readSafetyGraph(graphs.safetyChecker);
    fix(graph, [1, 3, usualSide, usualSide]);
  }
}

/** Of what the public checker sees, where its graph leaves that open. */
const usualSide = 224;

/** @param dims of the graph's one input, where it leaves them open */
function fix(graph: Graph, dims: readonly number[]): void {
  const shapes = graph.inputs.map(({ name, dims: declared }) => [
    name,
    declared.map((dim, axis) => (typeof dim === 'number' ? dim : (dims[axis] ?? 1))),
  ]);
  specialize(graph, Object.fromEntries(shapes));
}
