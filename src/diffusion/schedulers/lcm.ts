import { raise } from '../../result.ts';
import { cumulativeAlphas } from './noise-schedule.ts';
import { combine, mix, readPrediction } from './prediction.ts';
import type { Sampler } from './sampler.ts';

/** σ_data of the boundary condition, which every latent consistency model was distilled with. */
const dataSpread = 0.5;

/**
 * Multistep sampling of a latent consistency model (Luo et al. 2023, Algorithm 3): the model leaps to the clean sample
 * c_skip(t)·x_t + c_out(t)·x_0 (Song et al. 2023, appendix C), and all but the last leap are followed by fresh noise up
 * to the next timestep. Few steps are enough; more than the model was distilled with are refused with 'invalid-option'.
 */
export const lcm: Sampler = (config, steps) => {
  const { num_train_timesteps, original_inference_steps: most, timestep_scaling } = config;
  if (steps > most)
    raise('invalid-option', `This model draws in 1 to ${most} steps. Ask for a number in that range.`);
  const alphas = cumulativeAlphas(config);
  const stride = Math.floor(num_train_timesteps / most);
  const timesteps = Float32Array.from(
    { length: steps },
    (_, i) => (most - Math.floor((i * most) / steps)) * stride - 1,
  );
  const range = config.clip_sample ? config.clip_sample_range : Number.POSITIVE_INFINITY;

  return {
    timesteps,
    initialNoiseScale: 1,
    scaleInput: (sample) => sample,
    step(modelOutput, i, sample, freshNoise) {
      const t = timesteps[i] as number;
      const { original } = readPrediction(config.prediction_type, alphas[t] as number);
      const clean = mix(original, sample, modelOutput).map((x) => Math.min(Math.max(x, -range), range));
      const time = t * timestep_scaling;
      const scale = time ** 2 + dataSpread ** 2;
      const leapt = combine([time / Math.sqrt(scale), clean], [dataSpread ** 2 / scale, sample]);
      const next = timesteps[i + 1];
      if (next === undefined) return leapt;
      if (freshNoise === undefined) throw new RangeError('This sampler adds noise, and none was given');
      const alpha = alphas[next] as number;
      return combine([Math.sqrt(alpha), leapt], [Math.sqrt(1 - alpha), freshNoise()]);
    },
  };
};
