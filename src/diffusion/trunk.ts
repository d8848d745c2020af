import { withSkipSizes } from '../onnx/cut/skip-sizes.ts';
import type { CutUnet } from '../onnx/cut/unet.ts';
import { float32, type Tensor } from '../onnx/tensor.ts';
import { attempt, unwrap } from '../result.ts';
import type { Runtime, Session } from '../runtime/runtime.ts';
import type { KeysAndValues } from './heads.ts';
import { createLossScale } from './loss-scale.ts';
import { planTraining, type TrainingPlan } from './training-plan.ts';
import {
  inputDims,
  lossScaleInput,
  lossWeightsInput,
  narrowInputs,
  type TrainingShape,
  targetInput,
} from './trunk-gradient.ts';
import { takesOne, timestepTensor, trunkInputs } from './trunk-inputs.ts';

/** What the trunk makes one output of. */
export interface TrunkStep {
  /** [batch, channels, height, width] */
  readonly sample: Tensor<'float32'>;
  /** One for each of the batch. */
  readonly timesteps: readonly number[];
  readonly keysAndValues: KeysAndValues;
}

/** The U-Net without its text side: the same for every server and concept. */
export interface Trunk {
  /**
   * The model's output for noisy latents.
   * @param sample [batch, channels, height, width]
   * @param timesteps one for each of the batch
   */
  predict(sample: Tensor, timesteps: readonly number[], keysAndValues: KeysAndValues): Promise<Tensor>;
  /** Whether all of a batch must be at the same timestep. */
  readonly takesOneTimestep: boolean;
  /** Opens the trunk's gradient for one batch size and latent size. */
  training(shape: TrainingShape): Promise<TrunkTraining>;
  release(): Promise<void>;
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

export async function openTrunk(
  runtime: Runtime,
  cut: CutUnet,
  folder: string,
  prepare?: TrainingShape,
): Promise<Trunk> {
  const names = trunkInputs(cut.trunk);
  const output = cut.trunk.outputs[0]?.name ?? '';
  const half = runtime.precision === 'float16' ? { half: { narrow: narrowInputs(cut) } } : {};
  const open = { externalDataFolder: folder, ...half };
  const forward = await runtime.open(withSkipSizes(cut.trunk) ?? cut.trunk, {
    ...open,
    ...(prepare && { prepare: inputDims(cut, prepare) }),
  });

  return {
    takesOneTimestep: takesOne(names.timestep),
    async predict(sample, timesteps, keysAndValues) {
      const results = await forward.run({
        ...keysAndValues,
        [names.sample.name]: sample,
        [names.timestep.name]: timestepTensor(names.timestep, timesteps),
      });
      return results[output] as Tensor;
    },
    async training(shape) {
      const { reverse, loss } = await planWithRoom(cut, shape, runtime, forward);
      const session = await runtime.open(reverse.graph, open);
      const scale = runtime.precision === 'float16' ? createLossScale() : undefined;
      return {
        async step({ sample, timesteps, target, lossWeights, keysAndValues }) {
          const feeds = {
            ...keysAndValues,
            [names.sample.name]: sample,
            [names.timestep.name]: timestepTensor(names.timestep, timesteps),
            [targetInput]: target,
            ...(lossWeights && { [lossWeightsInput]: lossWeights }),
          };
          for (;;) {
            const factor = scale?.factor ?? 1;
            const results = await session.run({
              ...feeds,
              ...(scale && { [lossScaleInput]: float32([], [factor]) }),
            });
            const cotangents = Object.fromEntries(
              Array.from(reverse.gradients, ([value, gradient]) => [value, results[gradient] as Tensor]),
            );
            if (scale !== undefined && !scaleBack(cotangents, factor)) {
              scale.overflowed();
              continue;
            }
            scale?.succeeded();
            return {
              loss: results[loss]?.data[0] as number,
              prediction: results[output] as Tensor,
              cotangents,
            };
          }
        },
        release: () => session.release(),
      };
    },
    release: () => forward.release(),
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

/** Divides gradients by the factor of their loss, in place. False where one is not finite. */
function scaleBack(cotangents: KeysAndValues, factor: number): boolean {
  for (const { data } of Object.values(cotangents)) {
    const values = data as Float32Array;
    for (let index = 0; index < values.length; index++) {
      const value = (values[index] as number) / factor;
      if (!Number.isFinite(value)) return false;
      values[index] = value;
    }
  }
  return true;
}
