import { roundHalfToEven } from '../../numbers.ts';
import { float32, type Tensor } from '../../onnx/tensor.ts';
import { raise } from '../../result.ts';
import type { SchedulerConfig } from './config.ts';

/**
 * ᾱ_t, the share of the picture's variance left at each training timestep: x_t = √ᾱ_t·x_0 + √(1−ᾱ_t)·noise.
 * Decreasing; the last is 0 where the schedule is rescaled to end in pure noise (Lin et al. 2023, Algorithm 1).
 */
export function cumulativeAlphas(config: SchedulerConfig): Float64Array {
  let product = 1;
  const alphas = betas(config).map((beta) => {
    product *= 1 - beta;
    return product;
  });
  if (!config.rescale_betas_zero_snr) return alphas;
  const first = Math.sqrt(alphas[0] as number);
  const last = Math.sqrt(alphas.at(-1) as number);
  return alphas.map((alpha) => (((Math.sqrt(alpha) - last) * first) / (first - last)) ** 2);
}

/**
 * x_t = √ᾱ_t·x_0 + √(1−ᾱ_t)·noise, each picture at its own timestep (Ho et al. 2020, eq. 4).
 * @param alphas as {@link cumulativeAlphas} gives them
 * @param latents x_0, [pictures, …]
 */
export function addNoise(
  alphas: Float64Array,
  latents: Tensor,
  noise: Tensor,
  timesteps: readonly number[],
): Tensor<'float32'> {
  return mixed(alphas, latents, noise, timesteps, (signal, spread, x, e) => signal * x + spread * e);
}

/** v_t = √ᾱ_t·noise − √(1−ᾱ_t)·x_0, what a model of velocity answers (Salimans & Ho 2022, appendix D). */
export function velocityOf(
  alphas: Float64Array,
  latents: Tensor,
  noise: Tensor,
  timesteps: readonly number[],
): Tensor<'float32'> {
  return mixed(alphas, latents, noise, timesteps, (signal, spread, x, e) => signal * e - spread * x);
}

function mixed(
  alphas: Float64Array,
  latents: Tensor,
  noise: Tensor,
  timesteps: readonly number[],
  mix: (signal: number, spread: number, x: number, e: number) => number,
): Tensor<'float32'> {
  const result = float32(latents.dims);
  const size = result.data.length / timesteps.length;
  for (let i = 0; i < result.data.length; i++) {
    const alpha = alphas[timesteps[Math.floor(i / size)] as number] as number;
    result.data[i] = mix(
      Math.sqrt(alpha),
      Math.sqrt(1 - alpha),
      latents.data[i] as number,
      noise.data[i] as number,
    );
  }
  return result;
}

function betas(config: SchedulerConfig): Float64Array {
  const { beta_start, beta_end, num_train_timesteps: count } = config;
  if (config.trained_betas) return Float64Array.from(config.trained_betas);
  switch (config.beta_schedule) {
    case 'linear':
      return linspace(beta_start, beta_end, count);
    case 'scaled_linear':
      return linspace(Math.sqrt(beta_start), Math.sqrt(beta_end), count).map((root) => root * root);
    case 'squaredcos_cap_v2': {
      const remaining = (time: number) => Math.cos((((time / count + 0.008) / 1.008) * Math.PI) / 2) ** 2;
      return Float64Array.from({ length: count }, (_, t) =>
        Math.min(1 - remaining(t + 1) / remaining(t), 0.999),
      );
    }
  }
}

/**
 * `steps` timesteps from noisy to clean, not rounded where they are spaced evenly over the whole range ('linspace'):
 * Table 2 of Lin et al. 2023.
 * @param spacing the model's wish, or the sampler's default.
 */
export function spaceTimesteps(
  spacing: NonNullable<SchedulerConfig['timestep_spacing']>,
  config: SchedulerConfig,
  steps: number,
): Float64Array {
  const count = config.num_train_timesteps;
  switch (spacing) {
    case 'linspace':
      return linspace(0, count - 1, steps).reverse();
    case 'leading': {
      const stride = Math.floor(count / steps);
      return Float64Array.from({ length: steps }, (_, i) => (steps - 1 - i) * stride + config.steps_offset);
    }
    case 'trailing': {
      // Rounded as the reference's ranges are, because halves decide about whole timesteps.
      const stride = count - count / steps - count;
      return Float64Array.from({ length: steps }, (_, i) => roundHalfToEven(count + i * stride) - 1);
    }
  }
}

/** Raises 'invalid-option': the schedule has no such number of different timesteps. */
export function refuseSteps(steps: number): never {
  return raise(
    'invalid-option',
    `This model's schedule cannot be divided into ${steps} steps. Ask for fewer.`,
  );
}

/** `count` numbers at equal distances, both ends included; only `start` where `count` is 1. */
export function linspace(start: number, end: number, count: number): Float64Array {
  const stride = (end - start) / (count - 1);
  const last = count - 1;
  return Float64Array.from({ length: count }, (_, i) =>
    i === 0 ? start : i === last ? end : start + i * stride,
  );
}
