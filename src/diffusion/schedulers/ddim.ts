import { roundHalfToEven } from '../../numbers.ts';
import { cumulativeAlphas, spaceTimesteps } from './noise-schedule.ts';
import { combine, mix, readPrediction } from './prediction.ts';
import type { Sampler } from './sampler.ts';

/**
 * Denoising diffusion implicit models without noise on the way (Song et al. 2021, equation 12 with σ = 0):
 * x_{t−Δ} = √ᾱ_{t−Δ}·x_0 + √(1−ᾱ_{t−Δ})·noise, both as predicted at t.
 * A picture is clipped only where the model asks for it: latents have no range.
 */
export const ddim: Sampler = (config, steps) => {
  const alphas = cumulativeAlphas(config);
  const timesteps = spaceTimesteps(config.timestep_spacing ?? 'leading', config, steps).map(roundHalfToEven);
  const stride = Math.floor(config.num_train_timesteps / steps);
  const finalAlpha = (config.set_alpha_to_one ?? true) ? 1 : (alphas[0] as number);
  const range = config.clip_sample ? config.clip_sample_range : Number.POSITIVE_INFINITY;

  return {
    timesteps: Float32Array.from(timesteps),
    initialNoiseScale: 1,
    scaleInput: (sample) => sample,
    step(modelOutput, i, sample) {
      const t = timesteps[i] as number;
      const next = alphas[t - stride] ?? finalAlpha;
      const prediction = readPrediction(config.prediction_type, alphas[t] as number);
      const original = mix(prediction.original, sample, modelOutput).map((x) =>
        Math.min(Math.max(x, -range), range),
      );
      const noise = mix(prediction.noise, sample, modelOutput);
      return combine([Math.sqrt(next), original], [Math.sqrt(1 - next), noise]);
    },
  };
};
