import type { SchedulerConfig } from './config.ts';

/** A linear combination of the sample x_t and the model's output. */
interface Mixture {
  readonly sample: number;
  readonly output: number;
}

/** What the model's output says about a sample x_t = √ᾱ·x_0 + √(1−ᾱ)·noise. */
export interface Prediction {
  /** The clean sample x_0. */
  readonly original: Mixture;
  readonly noise: Mixture;
}

/**
 * How to read the model's output at the noise level ᾱ: as noise ('epsilon'), as x_0 ('sample'), or as the velocity
 * √ᾱ·noise − √(1−ᾱ)·x_0 ('v_prediction', Salimans & Ho 2022).
 */
export function readPrediction(type: SchedulerConfig['prediction_type'], alpha: number): Prediction {
  const signal = Math.sqrt(alpha);
  const noise = Math.sqrt(1 - alpha);
  switch (type) {
    case 'epsilon':
      return { original: { sample: 1 / signal, output: -noise / signal }, noise: { sample: 0, output: 1 } };
    case 'sample':
      return { original: { sample: 0, output: 1 }, noise: { sample: 1 / noise, output: -signal / noise } };
    case 'v_prediction':
      return { original: { sample: signal, output: -noise }, noise: { sample: noise, output: signal } };
  }
}

/** Σ coefficient·array, element by element, rounded to float32 once. */
export function combine(
  ...terms: readonly (readonly [coefficient: number, array: Float32Array])[]
): Float32Array {
  const [first] = terms;
  const result = new Float32Array(first?.[1].length ?? 0);
  for (let index = 0; index < result.length; index++) {
    let sum = 0;
    for (const [coefficient, array] of terms) sum += coefficient * (array[index] as number);
    result[index] = sum;
  }
  return result;
}

/** A mixture carried out. */
export function mix({ sample, output }: Mixture, x: Float32Array, modelOutput: Float32Array): Float32Array {
  return combine([sample, x], [output, modelOutput]);
}
