import type { SchedulerConfig } from '../../diffusion/schedulers/config.ts';
import { addNoise, cumulativeAlphas, velocityOf } from '../../diffusion/schedulers/noise-schedule.ts';
import { leastAlpha } from '../../diffusion/schedulers/sigmas.ts';
import { logNormalWeights, minSnrWeights, timestepsByWeight } from '../../diffusion/timesteps.ts';
import type { Tensor } from '../../onnx/tensor.ts';

/** Of ln σ, where velocity is predicted: there even the highest levels say what colours and places are. */
const noiseLevels = { mean: 0, deviation: 1.2 } as const;

/** What a model is asked while it learns or is asked what it sees: noisy latents, and the answer that would be right. */
export interface Objective {
  /** The timestep below which a share, 0 to 1, of all should lie. */
  timestepQuantile(share: number): number;
  /**
   * x_t = √ᾱ·x + √(1 − ᾱ)·ε and what the model should answer: ε, the velocity, or x.
   * @param clean latents, [pictures, …]; the noise likewise, and a timestep for each picture
   */
  noisedExample(
    clean: Tensor<'float32'>,
    noise: Tensor<'float32'>,
    timesteps: readonly number[],
  ): { readonly sample: Tensor<'float32'>; readonly target: Tensor<'float32'> };
}

/** The denoising objective of a base model. */
export function objectiveOf(scheduler: SchedulerConfig): Objective {
  const alphas = cumulativeAlphas(scheduler);
  return {
    timestepQuantile: timestepsByWeight(weightsOf(scheduler, alphas)),
    noisedExample: (clean, noise, timesteps) => ({
      sample: addNoise(alphas, clean, noise, timesteps),
      target: {
        epsilon: () => noise,
        v_prediction: () => velocityOf(alphas, clean, noise, timesteps),
        sample: () => clean,
      }[scheduler.prediction_type](),
    }),
  };
}

/** A schedule may end in pure noise, ᾱ = 0, of which neither SNR nor ln σ says anything. */
function weightsOf({ prediction_type }: SchedulerConfig, alphas: Float64Array): Float64Array {
  const positive = alphas.map((alpha) => Math.max(alpha, leastAlpha));
  return prediction_type === 'v_prediction'
    ? logNormalWeights(positive, noiseLevels.mean, noiseLevels.deviation)
    : minSnrWeights(positive, prediction_type);
}
