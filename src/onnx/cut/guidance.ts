import { raise } from '../../result.ts';
import { createGraphBuilder, int } from '../builder.ts';
import type { Graph } from '../graph.ts';
import { sorted } from '../order.ts';
import { float32 } from '../tensor.ts';

/** The input of U-Nets that guidance was distilled into: what the scale w is, as an embedding. */
const guidanceInput = 'timestep_cond';

/**
 * A latent consistency model's U-Net with the guidance scale fixed, so that it has the inputs of any other.
 * Raises 'invalid-model' where the input is not [pictures, width].
 * @param scale w in the sense of ε(prompt) + (w − 1)·(ε(prompt) − ε(nothing)); 1 is none
 */
export function withGuidanceFixed(graph: Graph, scale: number): Graph {
  const input = graph.inputs.find(({ name }) => name === guidanceInput);
  const sample = graph.inputs.find(({ dims }) => dims.length === 4);
  if (input === undefined || sample === undefined) return graph;
  const width = input.dims[1];
  if (input.dims.length !== 2 || typeof width !== 'number')
    return raise('invalid-model', `The U-Net's input "${guidanceInput}" has no fixed width. Export it anew.`);
  const inputs = graph.inputs.filter((candidate) => candidate !== input);
  const builder = createGraphBuilder({ name: graph.name, opset: graph.opset, from: { ...graph, inputs } });
  const batch = builder.op('Slice', [
    builder.op('Shape', [sample.name]),
    builder.ints([0]),
    builder.ints([1]),
  ]);
  const row = builder.constant(float32([1, width], guidanceEmbedding(scale, width)));
  const one = builder.ints([1]);
  const dims = builder.op('Concat', [batch, one], { axis: int(0) });
  builder.op('Expand', [row, dims], {}, guidanceInput);
  return sorted(builder.build());
}

/** sin and cos of 1000·(w − 1)·10000^(−i/(n−1)), n of each (Luo et al. 2023, the authors' code). */
export function guidanceEmbedding(scale: number, width: number): Float32Array {
  const half = Math.floor(width / 2);
  const angle = (i: number) => (scale - 1) * 1000 * Math.exp((-i * Math.log(10_000)) / (half - 1));
  return Float32Array.from({ length: width }, (_, i) =>
    i < half ? Math.sin(angle(i)) : i < 2 * half ? Math.cos(angle(i - half)) : 0,
  );
}
