import type { CutUnet } from '../../onnx/cut/unet.ts';
import type { Tensor } from '../../onnx/tensor.ts';
import type { OpenOptions, Runtime, Session } from '../../runtime/runtime.ts';
import type { KeysAndValues } from '../heads.ts';
import { timestepTensor, trunkInputs } from '../trunk-inputs.ts';
import { createScaledRun } from './loss-scale.ts';
import { planWithRoom } from './training-plan.ts';
import { lossWeightsInput, type TrainingShape, targetInput } from './trunk-gradient.ts';

/** The trunk's forward and backward pass as one session, for one batch size. */
export interface TrunkTraining {
  /** Mean squared error to `target`, or the weighted sum of squares, and dLoss/dK and dLoss/dV of every head, [batch, tokens, out]. */
  step(
    input: TrainingInput,
  ): Promise<{ readonly loss: number; readonly prediction: Tensor; readonly cotangents: KeysAndValues }>;
  release(): Promise<void>;
}

/** One batch. Keys and values come from outside, and so do the weights behind them: the trunk itself never changes. */
export interface TrainingInput {
  /** [batch, channels, height, width], as are `target` and what the model answers. */
  readonly sample: Tensor;
  readonly timesteps: readonly number[];
  readonly target: Tensor;
  /** What each element's square counts, shaped as the sample; given exactly where the training is weighted. */
  readonly lossWeights?: Tensor;
  readonly keysAndValues: KeysAndValues;
}

type Feeds = Readonly<Record<string, Tensor>>;

interface OpenedTrunk {
  readonly runtime: Runtime;
  readonly cut: CutUnet;
  /** Gives back memory that is held for drawing in several sizes. */
  readonly spare: Session['spare'];
  /** How sessions of the trunk are opened. */
  readonly open: OpenOptions;
}

/**
 * Opens the trunk's gradient. In half precision the loss is scaled, and a step whose gradients overflow is done again with less.
 * Raises 'unsupported-operator' where an operator cannot be trained through, 'invalid-model' where all of a batch have to be at one
 * timestep, 'engine-down' where a step does not fit the memory or its gradients stay infinite.
 */
export async function openTrunkTraining(
  { runtime, cut, spare, open }: OpenedTrunk,
  shape: Omit<TrainingShape, 'selected'>,
): Promise<TrunkTraining> {
  const { reverse, loss, sum } = await planWithRoom(cut, shape, runtime, spare);
  const session = await runtime.open(reverse.graph, open);
  const scaled = createScaledRun(runtime, sum);
  const output = cut.trunk.outputs[0]?.name ?? '';
  return {
    async step(input) {
      const feeds = feedsOf(cut, input);
      const results = await scaled((scale) => session.run({ ...feeds, ...scale }));
      const cotangents = Object.fromEntries(
        Array.from(reverse.gradients, ([value, gradient]) => [value, results[gradient] as Tensor]),
      );
      return { loss: results[loss]?.data[0] as number, prediction: results[output] as Tensor, cotangents };
    },
    release: () => session.release(),
  };
}

function feedsOf({ trunk }: CutUnet, { keysAndValues, ...input }: TrainingInput): Feeds {
  return { ...keysAndValues, ...denoisingFeeds(trunk, input) };
}

/** What a trunk with its loss is fed beside keys and values. */
export function denoisingFeeds(
  trunk: CutUnet['trunk'],
  { sample, timesteps, target, lossWeights }: Omit<TrainingInput, 'keysAndValues'>,
): Feeds {
  const inputs = trunkInputs(trunk);
  return {
    [inputs.sample.name]: sample,
    [inputs.timestep.name]: timestepTensor(inputs.timestep, timesteps),
    [targetInput]: target,
    ...(lossWeights && { [lossWeightsInput]: lossWeights }),
  };
}
