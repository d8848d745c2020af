import { roundHalfToEven } from '../../numbers.ts';
import { raise } from '../../result.ts';
import { pndmFollows } from './config.ts';
import { cumulativeAlphas, spaceTimesteps } from './noise-schedule.ts';
import { combine, mix, readPrediction } from './prediction.ts';
import type { Sampler } from './sampler.ts';

/** Adams–Bashforth weights of the newest output and the ones before it, by how many there are. */
const weights = [
  [1],
  [3 / 2, -1 / 2],
  [23 / 12, -16 / 12, 5 / 12],
  [55 / 24, -59 / 24, 37 / 24, -9 / 24],
] as const;

/**
 * Pseudo linear multistep (Liu et al. 2022, equations 9 and 12) without Runge–Kutta warm-up, as Stable Diffusion uses
 * it, whatever `skip_prk_steps` says: the first step is evaluated a second time at its end and repeated with the mean of both outputs.
 * Raises 'invalid-model' for a schedule that it cannot follow: {@link pndmFollows}.
 */
export const pndm: Sampler = (config, steps) => {
  if (!pndmFollows(config))
    raise(
      'invalid-model',
      'The sampler pndm follows neither the prediction_type sample nor rescale_betas_zero_snr of scheduler_config.json. Take pictures of ddim, which follows both.',
    );
  const alphas = cumulativeAlphas(config);
  const finalAlpha = config.set_alpha_to_one ? 1 : (alphas[0] as number);
  const stride = Math.floor(config.num_train_timesteps / steps);
  const spaced = spaceTimesteps(config.timestep_spacing ?? 'leading', config, steps).map(roundHalfToEven);
  const timesteps = Float32Array.of(...spaced.subarray(0, 2), ...spaced.subarray(1));
  let outputs: readonly Float32Array[] = [];
  let firstSample = new Float32Array();

  function transfer(from: number, output: Float32Array, sample: Float32Array): Float32Array {
    const alpha = alphas[from] as number;
    const next = alphas[from - stride] ?? finalAlpha;
    const noise = mix(readPrediction(config.prediction_type, alpha).noise, sample, output);
    const divisor = alpha * Math.sqrt(1 - next) + Math.sqrt(alpha * (1 - alpha) * next);
    return combine([Math.sqrt(next / alpha), sample], [(alpha - next) / divisor, noise]);
  }

  return {
    timesteps,
    initialNoiseScale: 1,
    scaleInput: (sample) => sample,
    step(modelOutput, i, sample) {
      const t = timesteps[i] as number;
      if (i === 1) {
        const mean = combine([1 / 2, modelOutput], [1 / 2, outputs[0] as Float32Array]);
        return transfer(t + stride, mean, firstSample);
      }
      if (i === 0) firstSample = sample as Float32Array<ArrayBuffer>;
      outputs = [modelOutput, ...(i === 0 ? [] : outputs)].slice(0, weights.length);
      const blend = weights[outputs.length - 1] as readonly number[];
      const slope = combine(...outputs.map((output, age) => [blend[age] as number, output] as const));
      return transfer(t, slope, sample);
    },
  };
};
