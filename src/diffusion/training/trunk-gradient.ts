import { droppedValues } from '../../autodiff/dropped.ts';
import { type GradientGraph, gradientGraph } from '../../autodiff/gradient-graph.ts';
import { createGraphBuilder, int } from '../../onnx/builder.ts';
import type { CutUnet } from '../../onnx/cut/unet.ts';
import { fused } from '../../onnx/fuse/fuse.ts';
import type { Graph } from '../../onnx/graph.ts';
import { specialize } from '../../onnx/shape/specialize.ts';
import { elementCount } from '../../onnx/tensor.ts';
import type { Recomputation } from '../../recomputations.ts';
import { refuseOneTimestep, takesOne, trunkInputs } from '../trunk-inputs.ts';
import { lossScaleInput } from './loss-scale.ts';

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
  /** At how many positions of a batch gradients are asked for, which {@link selectionInput} selects; at all of them where absent. */
  readonly selected?: number;
}

/** The graph of a training step, and which of its outputs is the loss. */
export interface TrunkGradient {
  /** Its gradients are those of every head's input, or where positions are selected of {@link selectedInput} alone. */
  readonly reverse: GradientGraph;
  readonly loss: string;
  /** Where the loss is scaled, the output that is finite exactly where all gradients that come out are; they themselves are scaled back. */
  readonly sum?: string;
}

/**
 * The trunk with its loss and the gradients of every key and value, for one batch size and latent size.
 * Raises 'unsupported-operator' where an operator cannot be trained through.
 */
export function trunkGradient(
  cut: CutUnet,
  { batch, tokens, latents, weighted = false, recompute = 'none', scaled = false, selected }: TrainingShape,
): TrunkGradient {
  if (takesOne(trunkInputs(cut.trunk).timestep)) refuseOneTimestep();
  const { graph, loss, of } = withLoss(cut.trunk, [batch, ...latents], { weighted, scaled });
  const wrt = cut.heads.map((head) => head.trunkInput);
  const keep = [loss, cut.trunk.outputs[0]?.name ?? ''];
  const forward = fused(specialize(graph, inputDims(cut, { batch, tokens, latents })));
  const request = { of, wrt, keep, recompute: droppedValues(forward, recompute) };
  const all = gradientGraph(forward, request);
  const reverse = selected === undefined ? all : selectedRows(all, wrt, [selected, batch * tokens]);
  return scaled ? { ...scaledBack(reverse), loss } : { reverse, loss };
}

/** The graph without its gradients as outputs, to go on from. */
function goingOn({ graph, gradients }: GradientGraph) {
  const own = new Set(gradients.values());
  const outputs = graph.outputs.filter(({ name }) => !own.has(name));
  return createGraphBuilder({ name: graph.name, opset: graph.opset, from: { ...graph, outputs } });
}

/** Of the same gradients [batch, tokens, out] the rows at some positions, all heads beside one another: all else need not leave a GPU. */
function selectedRows(
  { graph, gradients }: GradientGraph,
  wrt: readonly string[],
  [selected, places]: readonly [selected: number, places: number],
): GradientGraph {
  const builder = goingOn({ graph, gradients });
  const selection = builder.input(selectionInput, 'float32', [selected, places]);
  const outputs = wrt.map((value) => gradients.get(value) as string);
  const widths = outputs.map((name) => graph.outputs.find((output) => output.name === name)?.dims.at(-1));
  const flat = outputs.map((gradient, at) =>
    builder.op('Reshape', [gradient, builder.ints([places, widths[at] as number])]),
  );
  const rows = builder.op('MatMul', [selection, builder.op('Concat', flat, { axis: int(1) })]);
  const width = (widths as number[]).reduce((sum, one) => sum + one, 0);
  builder.output(rows, 'float32', [selected, width]);
  return { graph: builder.build(), gradients: new Map([[selectedInput, rows]]) };
}

/** The same gradients divided by the scale of the loss, and the sum of all of them. */
function scaledBack(reverse: GradientGraph): { reverse: GradientGraph; sum: string } {
  const { graph, gradients } = reverse;
  const builder = goingOn(reverse);
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
/** One row a selected position, see selection.ts. */
export const selectionInput = 'selection';
/** What the gradients at selected positions are of: all keys and values there, [selected, out features of all heads], in the order of heads. */
export const selectedInput = 'selected keys and values';

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
