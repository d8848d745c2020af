import { droppedValues } from '../autodiff/dropped.ts';
import { type GradientGraph, gradientGraph } from '../autodiff/gradient-graph.ts';
import { createGraphBuilder, int } from '../onnx/builder.ts';
import type { CutUnet } from '../onnx/cut/unet.ts';
import { fused } from '../onnx/fuse/fuse.ts';
import type { Graph } from '../onnx/graph.ts';
import { specialize } from '../onnx/shape/specialize.ts';
import { elementCount } from '../onnx/tensor.ts';
import type { Recomputation } from '../recomputations.ts';
import { refuseOneTimestep, takesOne, trunkInputs } from './trunk-inputs.ts';

/** The sizes that a gradient graph is emitted for: every batch must have exactly them. */
export interface TrainingShape {
  readonly batch: number;
  readonly tokens: number;
  /** [channels, height, width] of the latents. */
  readonly latents: readonly [number, number, number];
  /** Whether the loss is a weighted sum of squares and not their mean. */
  readonly weighted?: boolean;
  /** What the reverse computes again to need less memory; nothing by default. */
  readonly recompute?: Recomputation;
  /** Whether the loss is multiplied by an input before it is differentiated; see loss-scale.ts. */
  readonly scaled?: boolean;
}

/** The graph of a training step, and which of its outputs is the loss. */
export interface TrunkGradient {
  readonly reverse: GradientGraph;
  readonly loss: string;
  /** Where the loss is scaled, the output that is finite exactly where all gradients are; they themselves are scaled back. */
  readonly sum?: string;
}

/**
 * The trunk with its loss and the gradients of every key and value, for one batch size and latent size.
 * Raises 'unsupported-operator' where an operator cannot be trained through.
 */
export function trunkGradient(
  cut: CutUnet,
  { batch, tokens, latents, weighted = false, recompute = 'none', scaled = false }: TrainingShape,
): TrunkGradient {
  if (takesOne(trunkInputs(cut.trunk).timestep)) refuseOneTimestep();
  const { graph, loss, of } = withLoss(cut.trunk, [batch, ...latents], { weighted, scaled });
  const wrt = cut.heads.map((head) => head.trunkInput);
  const keep = [loss, cut.trunk.outputs[0]?.name ?? ''];
  const forward = fused(specialize(graph, inputDims(cut, { batch, tokens, latents })));
  const request = { of, wrt, keep, recompute: droppedValues(forward, recompute) };
  const reverse = gradientGraph(forward, request);
  return scaled ? { ...scaledBack(reverse), loss } : { reverse, loss };
}

/** The same gradients divided by the scale of the loss, and the sum of all of them. */
function scaledBack({ graph, gradients }: GradientGraph): { reverse: GradientGraph; sum: string } {
  const own = new Set(gradients.values());
  const outputs = graph.outputs.filter(({ name }) => !own.has(name));
  const builder = createGraphBuilder({ name: graph.name, opset: graph.opset, from: { ...graph, outputs } });
  const factor = builder.op('Reciprocal', [lossScaleInput]);
  const back = new Map<string, string>();
  const sums: string[] = [];
  for (const [value, gradient] of gradients) {
    const { dims = [] } = graph.outputs.find(({ name }) => name === gradient) ?? {};
    const scaled = builder.op('Mul', [gradient, factor]);
    back.set(value, builder.output(scaled, 'float32', dims));
    sums.push(builder.op('ReduceSum', [scaled], { keepdims: int(0) }));
  }
  const sum = builder.output(builder.op('Sum', sums), 'float32', []);
  return { reverse: { graph: builder.build(), gradients: back }, sum };
}

/** Shapes of the trunk's inputs. */
export function inputDims(
  cut: CutUnet,
  { batch, tokens, latents }: TrainingShape,
): Readonly<Record<string, readonly number[]>> {
  const { sample, timestep } = trunkInputs(cut.trunk);
  return {
    [sample.name]: [batch, ...latents],
    [timestep.name]: timestep.dims.length === 0 ? [] : [takesOne(timestep) ? 1 : batch],
    ...Object.fromEntries(cut.heads.map((head) => [head.trunkInput, [batch, tokens, head.outFeatures]])),
  };
}

export const targetInput = 'target';
export const lossWeightsInput = 'loss_weights';
export const lossScaleInput = 'loss_scale';

/** The inputs of a trunk that lose nothing in half precision: latents, keys and values. */
export function narrowInputs(cut: CutUnet): readonly string[] {
  return [trunkInputs(cut.trunk).sample.name, ...cut.heads.map(({ trunkInput }) => trunkInput)];
}

/**
 * Appends the mean of (prediction − target)² (Ho et al. 2020, eq. 14), or their sum with given weights, and where it is scaled
 * what is to be differentiated instead.
 */
function withLoss(
  trunk: Graph,
  dims: readonly number[],
  { weighted, scaled }: { readonly weighted: boolean; readonly scaled: boolean },
): { readonly graph: Graph; readonly loss: string; readonly of: string } {
  const builder = createGraphBuilder({ name: `${trunk.name} loss`, opset: trunk.opset, from: trunk });
  const target = builder.input(targetInput, 'float32', dims);
  const error = builder.op('Sub', [trunk.outputs[0]?.name ?? '', target]);
  const squares = builder.op('Mul', [error, error]);
  const sum = (values: string) => builder.op('ReduceSum', [values], { keepdims: int(0) });
  const loss = weighted
    ? sum(builder.op('Mul', [squares, builder.input(lossWeightsInput, 'float32', dims)]))
    : builder.op('Mul', [sum(squares), builder.scalar(1 / elementCount(dims))]);
  builder.output(loss, 'float32', []);
  if (!scaled) return { graph: builder.build(), loss, of: loss };
  const of = builder.op('Mul', [loss, builder.input(lossScaleInput, 'float32', [])]);
  builder.output(of, 'float32', []);
  return { graph: builder.build(), loss, of };
}
