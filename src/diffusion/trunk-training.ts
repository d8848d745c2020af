import type { CutUnet } from '../onnx/cut/unet.ts';
import { float32, type Tensor } from '../onnx/tensor.ts';
import { attempt, unwrap } from '../result.ts';
import type { OpenOptions, Runtime, Session } from '../runtime/runtime.ts';
import type { KeysAndValues } from './heads.ts';
import { createLossScale } from './loss-scale.ts';
import { planTraining, type TrainingPlan } from './training-plan.ts';
import {
  lossScaleInput,
  lossWeightsInput,
  selectionInput,
  type TrainingShape,
  targetInput,
} from './trunk-gradient.ts';
import { timestepTensor, trunkInputs } from './trunk-inputs.ts';

/** The trunk's forward and backward pass as one session, for one batch size. */
export interface TrunkTraining {
  /**
   * Mean squared error to `target`, or the weighted sum of squares, and dLoss/dK and dLoss/dV of every head: [batch, tokens, out],
   * or [selected, out] where positions are selected.
   */
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
  /** Given exactly where the training was opened for selected positions; see selection.ts. */
  readonly selection?: Tensor;
}

interface OpenedTrunk {
  readonly runtime: Runtime;
  readonly cut: CutUnet;
  /** The session of the trunk alone. */
  readonly forward: Session;
  /** How sessions of the trunk are opened. */
  readonly open: OpenOptions;
}

/**
 * Opens the trunk's gradient. In half precision the loss is scaled, and a step whose gradients overflow is done again with less.
 * Raises 'unsupported-operator' where an operator cannot be trained through, 'invalid-model' where all of a batch have to be at one
 * timestep, 'engine-down' where a step does not fit the memory or its gradients stay infinite.
 */
export async function openTrunkTraining(
  { runtime, cut, forward, open }: OpenedTrunk,
  shape: TrainingShape,
): Promise<TrunkTraining> {
  const { reverse, loss, sum } = await planWithRoom(cut, shape, runtime, forward);
  const session = await runtime.open(reverse.graph, open);
  const scale = runtime.precision === 'float16' ? createLossScale() : undefined;
  const output = cut.trunk.outputs[0]?.name ?? '';
  return {
    async step(input) {
      const feeds = feedsOf(cut, input);
      for (;;) {
        const results = await session.run({
          ...feeds,
          ...(scale && { [lossScaleInput]: float32([], [scale.factor]) }),
        });
        if (scale !== undefined && !Number.isFinite(results[sum ?? '']?.data[0])) {
          scale.overflowed();
          continue;
        }
        scale?.succeeded();
        const cotangents = Object.fromEntries(
          Array.from(reverse.gradients, ([value, gradient]) => [value, results[gradient] as Tensor]),
        );
        return { loss: results[loss]?.data[0] as number, prediction: results[output] as Tensor, cotangents };
      }
    },
    release: () => session.release(),
  };
}

function feedsOf(
  { trunk }: CutUnet,
  { sample, timesteps, target, lossWeights, keysAndValues, selection }: TrainingInput,
): Readonly<Record<string, Tensor>> {
  const inputs = trunkInputs(trunk);
  return {
    ...keysAndValues,
    [inputs.sample.name]: sample,
    [inputs.timestep.name]: timestepTensor(inputs.timestep, timesteps),
    [targetInput]: target,
    ...(lossWeights && { [lossWeightsInput]: lossWeights }),
    ...(selection && { [selectionInput]: selection }),
  };
}

/** A plan of training; where it would recompute more than asked for, or not fit, one without what is open for drawing in several sizes. */
async function planWithRoom(
  cut: CutUnet,
  shape: TrainingShape,
  runtime: Runtime,
  forward: Session,
): Promise<TrainingPlan> {
  const plan = await attempt(() => planTraining(cut, shape, runtime));
  const isFull = plan.ok && (runtime.recompute !== 'auto' || plan.value.recompute === 'none');
  if (isFull || forward.spare === undefined) return unwrap(plan);
  await forward.spare();
  return planTraining(cut, shape, runtime);
}
