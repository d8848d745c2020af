import type { CutUnet } from '../../onnx/cut/unet.ts';
import { inHalfPrecision, weightBytes } from '../../onnx/half-precision.ts';
import { peakBytes } from '../../onnx/peak-memory.ts';
import { specialize } from '../../onnx/shape/specialize.ts';
import { type Recomputation, recomputations } from '../../recomputations.ts';
import { attempt, raise, unwrap } from '../../result.ts';
import type { Runtime, Session } from '../../runtime/runtime.ts';
import { narrowInputs, type TrainingShape, type TrunkGradient, trunkGradient } from './trunk-gradient.ts';

/**
 * Memory beside the values of a graph, in bytes, a little more than was measured: what kernels work with, and on a GPU its context, the text
 * side, and what the runtime takes ahead of need.
 */
const workingBytes = { cpu: 0.5e9, cuda: 2.4e9 } as const;

/** The gradient graph that was chosen, with what it costs. */
export interface TrainingPlan extends TrunkGradient {
  readonly recompute: Recomputation;
  /** Memory that a step is expected to take beside what is open already. */
  readonly bytes: number;
}

/**
 * The gradient of the trunk that recomputes as the runtime says, or with `auto` as little as fits the free memory.
 * Raises 'engine-down', with both numbers, where it does not fit.
 */
export async function planTraining(
  cut: CutUnet,
  shape: TrainingShape,
  runtime: Pick<Runtime, 'provider' | 'precision' | 'recompute' | 'freeBytes'>,
): Promise<TrainingPlan> {
  const free = (await runtime.freeBytes()) ?? Number.POSITIVE_INFINITY;
  const choices = runtime.recompute === 'auto' ? recomputations : [runtime.recompute];
  let least = Number.POSITIVE_INFINITY;
  for (const recompute of choices) {
    const gradient = trunkGradient(cut, { ...shape, recompute, scaled: runtime.precision === 'float16' });
    const bytes = trainingBytes(cut, gradient, runtime);
    if (bytes <= free) return { ...gradient, recompute, bytes };
    least = Math.min(least, bytes);
  }
  return raise(
    'engine-down',
    `A training step of this model takes ${gigabytes(least)} of memory, and ${gigabytes(free)} are free. ${remedy(runtime.recompute)}`,
  );
}

/**
 * A plan of training; where it would recompute more than asked for, or not fit, one without what is open for drawing in several sizes.
 * @param spare closes that
 */
export async function planWithRoom(
  cut: CutUnet,
  shape: TrainingShape,
  runtime: Runtime,
  spare: Session['spare'],
): Promise<TrainingPlan> {
  const plan = await attempt(() => planTraining(cut, shape, runtime));
  const isFull = plan.ok && (runtime.recompute !== 'auto' || plan.value.recompute === 'none');
  if (isFull || spare === undefined) return unwrap(plan);
  await spare();
  return planTraining(cut, shape, runtime);
}

/** Expected memory of a training step, in bytes: the values of its graph, on a GPU a copy of the weights, and what kernels work with. */
function trainingBytes(
  cut: CutUnet,
  { reverse }: TrunkGradient,
  { provider, precision }: Pick<Runtime, 'provider' | 'precision'>,
): number {
  const full = specialize(reverse.graph, {});
  const shaped =
    precision === 'float16' ? specialize(inHalfPrecision(full, new Set(narrowInputs(cut))), {}) : full;
  const weights = provider === 'cuda' ? weightBytes(full, precision) : 0;
  return peakBytes(shaped) + weights + workingBytes[provider];
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function remedy(recompute: Runtime['recompute']): string {
  return recompute === 'auto'
    ? 'Free some, use a smaller model, or a machine with more.'
    : 'Free some, or set RECOMPUTE=auto.';
}
