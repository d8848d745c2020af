import { type GradientGraph, gradientGraph } from '../autodiff/gradient-graph.ts';
import { createGraphBuilder, int } from '../onnx/builder.ts';
import type { CutUnet } from '../onnx/cut/unet.ts';
import type { Graph, ValueInfo } from '../onnx/graph.ts';
import { specialize } from '../onnx/shape/specialize.ts';
import { elementCount, type Tensor } from '../onnx/tensor.ts';
import { raise } from '../result.ts';
import type { Runtime } from '../runtime/session.ts';
import type { KeysAndValues } from './text-side.ts';

/** The U-Net without its text side: the same for every server and concept. */
export interface Trunk {
  /**
   * The model's output for noisy latents.
   * @param sample [batch, channels, height, width]
   * @param timesteps one for each of the batch
   */
  predict(sample: Tensor, timesteps: readonly number[], keysAndValues: KeysAndValues): Promise<Tensor>;
  /** Opens the trunk's gradient for one batch size and latent size. */
  training(shape: TrainingShape): Promise<TrunkTraining>;
  release(): Promise<void>;
}

export interface TrainingShape {
  readonly batch: number;
  readonly tokens: number;
  /** [channels, height, width] of the latents. */
  readonly latents: readonly [number, number, number];
  /** Whether the loss is a weighted sum of squares and not their mean. */
  readonly weighted?: boolean;
}

export interface TrunkTraining {
  /** Mean squared error to `target`, or the weighted sum of squares, and dLoss/dK and dLoss/dV of every head. */
  step(
    input: TrainingInput,
  ): Promise<{ readonly loss: number; readonly prediction: Tensor; readonly cotangents: KeysAndValues }>;
  release(): Promise<void>;
}

export interface TrainingInput {
  readonly sample: Tensor;
  readonly timesteps: readonly number[];
  readonly target: Tensor;
  /** What each element's square counts, shaped as the sample; given exactly where the training is weighted. */
  readonly lossWeights?: Tensor;
  readonly keysAndValues: KeysAndValues;
}

export async function openTrunk(runtime: Runtime, cut: CutUnet, folder: string): Promise<Trunk> {
  const names = inputNames(cut.trunk);
  const output = cut.trunk.outputs[0]?.name ?? '';
  const forward = await runtime.open(cut.trunk, { externalDataFolder: folder });

  return {
    async predict(sample, timesteps, keysAndValues) {
      const results = await forward.run({
        ...keysAndValues,
        [names.sample.name]: sample,
        [names.timestep.name]: timestepTensor(names.timestep, timesteps),
      });
      return results[output] as Tensor;
    },
    async training(shape) {
      const { reverse, loss } = trunkGradient(cut, shape);
      const session = await runtime.open(reverse.graph, { externalDataFolder: folder });
      return {
        async step({ sample, timesteps, target, lossWeights, keysAndValues }) {
          const results = await session.run({
            ...keysAndValues,
            [names.sample.name]: sample,
            [names.timestep.name]: timestepTensor(names.timestep, timesteps),
            [targetInput]: target,
            ...(lossWeights && { [lossWeightsInput]: lossWeights }),
          });
          const cotangents = Object.fromEntries(
            Array.from(reverse.gradients, ([value, gradient]) => [value, results[gradient] as Tensor]),
          );
          return {
            loss: results[loss]?.data[0] as number,
            prediction: results[output] as Tensor,
            cotangents,
          };
        },
        release: () => session.release(),
      };
    },
    release: () => forward.release(),
  };
}

/**
 * The trunk with its loss and the gradients of every key and value, for one batch size and latent size.
 * Raises 'unsupported-operator' where an operator cannot be trained through.
 */
export function trunkGradient(
  cut: CutUnet,
  { batch, tokens, latents, weighted = false }: TrainingShape,
): { readonly reverse: GradientGraph; readonly loss: string } {
  const names = inputNames(cut.trunk);
  if (takesOne(names.timestep)) refuseOneTimestep();
  const { graph, loss } = withLoss(cut.trunk, [batch, ...latents], weighted);
  const dims = {
    [names.sample.name]: [batch, ...latents],
    [names.timestep.name]: [batch],
    ...Object.fromEntries(cut.heads.map((head) => [head.trunkInput, [batch, tokens, head.outFeatures]])),
  };
  const wrt = cut.heads.map((head) => head.trunkInput);
  const keep = [loss, cut.trunk.outputs[0]?.name ?? ''];
  return { reverse: gradientGraph(specialize(graph, dims), { of: loss, wrt, keep }), loss };
}

const targetInput = 'target';
const lossWeightsInput = 'loss_weights';

/** Appends the mean of (prediction − target)² (Ho et al. 2020, eq. 14), or their sum with given weights. */
function withLoss(
  trunk: Graph,
  dims: readonly number[],
  weighted: boolean,
): { readonly graph: Graph; readonly loss: string } {
  const builder = createGraphBuilder({ name: `${trunk.name} loss`, opset: trunk.opset, from: trunk });
  const target = builder.input(targetInput, 'float32', dims);
  const error = builder.op('Sub', [trunk.outputs[0]?.name ?? '', target]);
  const squares = builder.op('Mul', [error, error]);
  const sum = (values: string) => builder.op('ReduceSum', [values], { keepdims: int(0) });
  const loss = weighted
    ? sum(builder.op('Mul', [squares, builder.input(lossWeightsInput, 'float32', dims)]))
    : builder.op('Mul', [sum(squares), builder.scalar(1 / elementCount(dims))]);
  builder.output(loss, 'float32', []);
  return { graph: builder.build(), loss };
}

interface TrunkInputs {
  readonly sample: ValueInfo;
  readonly timestep: ValueInfo;
}

function inputNames(trunk: Graph): TrunkInputs {
  const sample = trunk.inputs.find((input) => input.dims.length === 4);
  const timestep = trunk.inputs.find((input) => input.dims.length <= 1);
  if (sample === undefined || timestep === undefined) {
    return raise(
      'invalid-model',
      'The U-Net has no input for noisy latents or none for the timestep. Export the model anew.',
    );
  }
  return { sample, timestep };
}

/** Timesteps in the type and shape that the exporter gave the input; a fraction is cut off, as diffusers does. */
function timestepTensor(input: ValueInfo, timesteps: readonly number[]): Tensor {
  if (takesOne(input) && timesteps.some((timestep) => timestep !== timesteps[0])) refuseOneTimestep();
  const values = takesOne(input) ? timesteps.slice(0, 1) : timesteps;
  const dims = input.dims.length === 0 ? [] : [values.length];
  switch (input.type) {
    case 'int64':
      return { type: 'int64', dims, data: BigInt64Array.from(values, (value) => BigInt(Math.trunc(value))) };
    case 'int32':
      return { type: 'int32', dims, data: Int32Array.from(values, Math.trunc) };
    case 'float32':
      return { type: 'float32', dims, data: Float32Array.from(values) };
    default:
      return raise(
        'invalid-model',
        `The U-Net takes its timestep as ${input.type}, which no public export does. Export the model anew.`,
      );
  }
}

/** Whether all pictures of a batch are at the same timestep, as in drawing. */
function takesOne({ dims }: ValueInfo): boolean {
  return dims.length === 0 || dims[0] === 1;
}

function refuseOneTimestep(): never {
  return raise(
    'invalid-model',
    'The U-Net takes one timestep for all pictures of a batch, so it can draw but not be taught. Export it with a timestep for each picture.',
  );
}
