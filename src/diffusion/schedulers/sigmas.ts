import type { SchedulerConfig } from './config.ts';
import { cumulativeAlphas, linspace } from './noise-schedule.ts';

/** The least ᾱ: half precision's smallest number, so that σ stays finite where the schedule ends in pure noise. */
export const leastAlpha = 2 ** -24;

/** σ_t = √((1−ᾱ_t)/ᾱ_t) of every training timestep, increasing: the noise beside a picture of unit scale. */
export function trainingSigmas(config: SchedulerConfig): Float64Array {
  return cumulativeAlphas(config).map((alpha) => {
    const kept = config.rescale_betas_zero_snr ? Math.max(alpha, leastAlpha) : alpha;
    return Math.sqrt((1 - kept) / kept);
  });
}

/** σ at a timestep that may lie between two training timesteps. */
export function sigmaAt(sigmas: Float64Array, timestep: number): number {
  const below = Math.min(Math.floor(timestep), sigmas.length - 1);
  const low = sigmas[below] as number;
  const high = sigmas[below + 1] ?? low;
  return low + (timestep - below) * (high - low);
}

/** The timestep at which the training noise is σ, interpolated in log σ. */
export function timestepAt(sigmas: Float64Array, sigma: number): number {
  const above = sigmas.findIndex((each) => each > sigma);
  if (above === 0) return 0;
  if (above === -1) return sigmas.length - 1;
  const low = Math.log(sigmas[above - 1] as number);
  const high = Math.log(sigmas[above] as number);
  return above - 1 + (Math.log(sigma) - low) / (high - low);
}

/** Noise levels from `max` to `min`, evenly spaced in σ^(1/7) (Karras et al. 2022, equation 5). */
export function karrasSigmas(max: number, min: number, steps: number): Float64Array {
  const rho = 7;
  return linspace(max ** (1 / rho), min ** (1 / rho), steps).map((root) => root ** rho);
}

/** σ after the last step: none, or that of the first training timestep. */
export function finalSigma(config: SchedulerConfig, sigmas: Float64Array): number {
  return config.final_sigmas_type === 'zero' ? 0 : (sigmas[0] as number);
}
