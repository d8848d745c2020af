import { float32, type Tensor } from '../../onnx/tensor.ts';
import type { SafetensorsContent } from '../../safetensors.ts';
import type { Course } from './course.ts';
import type { Trained } from './update.ts';

/** How far a training has come, beside what it trains. */
export interface Reached {
  /** Finished steps. */
  readonly step: number;
  /** Of each of them. */
  readonly losses: readonly number[];
}

type Trains = Pick<Course, 'updates' | 'batches'>;

/**
 * All that a training's next step depends on and that its steps have changed: what it trains, the moments of the optimiser, the
 * state of its random numbers and the order of its pictures. The rest follows from the lesson.
 */
export function snapshotOf(course: Trains, { step, losses }: Reached): SafetensorsContent {
  const tensors = new Map<string, Tensor>([
    ['losses', { type: 'float64', dims: [losses.length], data: Float64Array.from(losses) }],
  ]);
  for (const [name, data] of numbersOf(course)) tensors.set(name, float32([data.length], data.slice()));
  return { tensors, metadata: { step: String(step), batches: JSON.stringify(course.batches.state()) } };
}

/**
 * Puts a training where it was when the snapshot was taken. Where the snapshot is one of another training, as of a version with other
 * settings, nothing is changed and there is nothing to go on from.
 */
export function putBack(course: Trains, { tensors, metadata }: SafetensorsContent): Reached | undefined {
  const step = Number(metadata.step);
  const losses = tensors.get('losses')?.data as Float64Array | undefined;
  const numbers = numbersOf(course);
  const isOfThis =
    tensors.size === 1 + numbers.length &&
    numbers.every(([name, data]) => tensors.get(name)?.data.length === data.length);
  if (losses?.length !== step || !isOfThis) return undefined;
  for (const [name, data] of numbers) data.set(tensors.get(name)?.data as Float32Array);
  for (const [, { moments }] of trainedBy(course)) moments.step = step;
  for (const { follow } of course.updates) follow?.();
  course.batches.restore(JSON.parse(metadata.batches ?? ''));
  return { step, losses: Array.from(losses) };
}

/** All that trains and the moments of its optimiser, by what they are called in a snapshot. */
function numbersOf(course: Trains): readonly (readonly [string, Float32Array])[] {
  return trainedBy(course).flatMap(([name, { values, moments }]) => [
    [`${name}/values`, values] as const,
    [`${name}/first`, moments.first] as const,
    [`${name}/second`, moments.second] as const,
  ]);
}

/** By the place of its update and its name there. */
function trainedBy({ updates }: Trains): readonly (readonly [string, Trained])[] {
  return updates.flatMap(({ trained }, index) =>
    [...trained].map(([name, one]) => [`${index}/${name}`, one] as const),
  );
}
