import type { HeadWeights } from '../../diffusion/heads.ts';
import type { TaughtModel } from '../../diffusion/taught-model.ts';
import type { Head } from '../../onnx/cut/unet.ts';
import { adamWStep, createAdamWState } from '../../optimizer/adamw.ts';
import { factorGradients, type LowRank, plusDelta } from '../deltas.ts';
import { shortTraining } from './token-update.ts';
import type { Update } from './update.ts';

export interface LowRankCourse {
  /** Its matrices follow the factors after each update. */
  readonly model: TaughtModel;
  /** What the factors' product is added to. */
  readonly start: HeadWeights;
  /** By head name; trained in place. */
  readonly factors: ReadonlyMap<string, LowRank>;
  readonly rate: number;
  /** Whether `down` trains too, or `up` alone. */
  readonly trainsDown: boolean;
  /** Adds the gradient of a penalty on a head's ΔW to dLoss/dW, both [in, out]. */
  readonly penalize?: (head: Head, factors: LowRank, gradient: Float32Array) => void;
}

/** AdamW on low-rank factors, W = start + up·down: dLoss/dW goes on to them by the chain rule. */
export function createLowRankUpdate(course: LowRankCourse): Update {
  const heads = course.model.base.heads.map((head) => headUpdate(course, head));
  return {
    trained: new Map(heads.flatMap(({ trained }) => trained)),
    apply({ gradients }, _encodings, remaining) {
      for (const { name, update } of heads) update(gradients.weights.get(name) as Float32Array, remaining);
    },
    follow() {
      for (const { writeBack } of heads) writeBack();
    },
  };
}

function headUpdate({ model, start, factors, rate, trainsDown, penalize }: LowRankCourse, head: Head) {
  const { name } = head;
  const own = factors.get(name) as LowRank;
  const states = { down: createAdamWState(own.down.length), up: createAdamWState(own.up.length) };
  const matrix = model.weights.get(name) as Float32Array;
  const base = start.get(name) as Float32Array;
  const writeBack = () => matrix.set(plusDelta(base, head, own));
  const update = (slopes: Float32Array, remaining: number) => {
    const gradient = slopes.slice();
    penalize?.(head, own, gradient);
    const { down, up } = factorGradients(head, own, gradient);
    const options = { ...shortTraining, learningRate: rate * remaining };
    adamWStep(own.up, up, states.up, options);
    if (trainsDown) adamWStep(own.down, down, states.down, options);
    writeBack();
  };
  const parts = trainsDown ? (['up', 'down'] as const) : (['up'] as const);
  const trained = parts.map(
    (part) => [`${name}/${part}`, { values: own[part], moments: states[part] }] as const,
  );
  return { name, trained, update, writeBack };
}
