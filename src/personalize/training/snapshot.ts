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
  for (const [name, { values, moments }] of trainedBy(course)) {
    for (const [part, data] of Object.entries({ values, first: moments.first, second: moments.second }))
      tensors.set(`${name}/${part}`, float32([data.length], data.slice()));
  }
  return { tensors, metadata: { step: String(step), batches: JSON.stringify(course.batches.state()) } };
}

/**
 * Puts a training where it was when the snapshot was taken. Throws, and may have changed part of it, where the snapshot is one
 * of another training.
 */
export function putBack(course: Trains, { tensors, metadata }: SafetensorsContent): Reached {
  const read = (name: string, length?: number) => {
    const tensor = tensors.get(name);
    if (!tensor || (length !== undefined && tensor.data.length !== length))
      throw new RangeError(`This snapshot has no ${name} of this training`);
    return tensor.data;
  };
  const step = Number(metadata.step);
  for (const [name, { values, moments }] of trainedBy(course)) {
    for (const [part, data] of Object.entries({ values, first: moments.first, second: moments.second }))
      data.set(read(`${name}/${part}`, data.length) as Float32Array);
    moments.step = step;
  }
  for (const { follow } of course.updates) follow?.();
  course.batches.restore(JSON.parse(metadata.batches ?? ''));
  return { step, losses: Array.from(read('losses', step) as Float64Array) };
}

/** By the place of its update and its name there. */
function trainedBy({ updates }: Trains): readonly (readonly [string, Trained])[] {
  return updates.flatMap(({ trained }, index) =>
    [...trained].map(([name, one]) => [`${index}/${name}`, one] as const),
  );
}
