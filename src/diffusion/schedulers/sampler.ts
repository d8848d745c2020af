import type { SchedulerConfig } from './config.ts';

/** A way from noise to a picture with a fixed number of evaluations of the model. */
export interface Scheduler {
  /** The timestep given to the model at each evaluation, from noisy to clean; `euler` has fractions. */
  readonly timesteps: Float32Array;
  /** What standard Gaussian noise is multiplied with to make the first sample. */
  readonly initialNoiseScale: number;
  /** The model's input at evaluation `i`. */
  scaleInput(sample: Float32Array, i: number): Float32Array;
  /**
   * The sample after evaluation `i`. Evaluations go in order; `i` = 0 begins a new picture and forgets the last one.
   * The arrays given are kept until it is done and must not change.
   * @param freshNoise standard Gaussian noise, in the sample's length, for the sampler that adds some on the way, `lcm`
   */
  step(
    modelOutput: Float32Array,
    i: number,
    sample: Float32Array,
    freshNoise?: () => Float32Array,
  ): Float32Array;
}

/** Makes a {@link Scheduler} of `steps` steps. Chance comes in through what is given to it alone. */
export type Sampler = (config: SchedulerConfig, steps: number) => Scheduler;
