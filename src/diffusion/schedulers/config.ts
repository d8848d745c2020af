import { z } from 'zod';
import { checkJson } from '../../model-files.ts';
import { raise } from '../../result.ts';

/** The samplers that Keepsake has. */
export const samplerNames = ['ddim', 'dpmpp_2m', 'dpmpp_2m_karras', 'euler', 'lcm', 'pndm'] as const;

export type SamplerName = (typeof samplerNames)[number];

/**
 * diffusers' scheduler classes whose noise schedule any sampler here can follow, and the sampler that stands in for
 * each. Classes of other processes, such as flow matching, are missing on purpose.
 */
const samplerOfClass = {
  DDIMScheduler: 'ddim',
  DDPMScheduler: 'ddim',
  DEISMultistepScheduler: 'dpmpp_2m',
  DPMSolverMultistepScheduler: 'dpmpp_2m',
  DPMSolverSinglestepScheduler: 'dpmpp_2m',
  EulerAncestralDiscreteScheduler: 'euler',
  EulerDiscreteScheduler: 'euler',
  HeunDiscreteScheduler: 'euler',
  KDPM2AncestralDiscreteScheduler: 'dpmpp_2m',
  KDPM2DiscreteScheduler: 'dpmpp_2m',
  LCMScheduler: 'lcm',
  LMSDiscreteScheduler: 'pndm',
  PNDMScheduler: 'pndm',
  UniPCMultistepScheduler: 'dpmpp_2m',
} as const satisfies Record<string, SamplerName>;

type SchedulerClass = keyof typeof samplerOfClass;

const classNames = Object.keys(samplerOfClass) as [SchedulerClass, ...SchedulerClass[]];
const beta = z.number().gt(0).lt(1);

const field = <T>(schema: z.ZodType<T>) => schema.nullish().transform((value) => value ?? undefined);
const fieldOr = <T>(schema: z.ZodType<T>, fallback: T) =>
  schema.nullish().transform((value) => value ?? fallback);

/** Options of diffusers that change the result and that no sampler here follows: only their defaults are accepted. */
const unsupported = {
  interpolation_type: field(z.literal('linear')),
  sigma_max: field(z.null()),
  sigma_min: field(z.null()),
  thresholding: field(z.literal(false)),
  timestep_type: field(z.literal('discrete')),
  use_beta_sigmas: field(z.literal(false)),
  use_exponential_sigmas: field(z.literal(false)),
  use_flow_sigmas: field(z.literal(false)),
  use_lu_lambdas: field(z.literal(false)),
};

/** Of the one class that is followed to the letter; others have the same names for what their stand-in need not follow. */
const unsupportedMultistep = z.object({
  algorithm_type: field(z.literal('dpmsolver++')),
  solver_order: field(z.literal(2)),
  solver_type: field(z.literal('midpoint')),
});

const schema = z.object({
  ...unsupported,
  _class_name: field(z.enum(classNames)),
  num_train_timesteps: fieldOr(z.int().min(2).max(100_000), 1000),
  beta_start: fieldOr(beta, 0.0001),
  beta_end: fieldOr(beta, 0.02),
  beta_schedule: fieldOr(z.enum(['linear', 'scaled_linear', 'squaredcos_cap_v2']), 'linear'),
  trained_betas: field(z.array(beta).max(100_000)),
  rescale_betas_zero_snr: fieldOr(z.boolean(), false),
  prediction_type: fieldOr(z.enum(['epsilon', 'v_prediction', 'sample']), 'epsilon'),
  timestep_spacing: field(z.enum(['leading', 'trailing', 'linspace'])),
  steps_offset: fieldOr(z.int().min(0).max(1000), 0),
  set_alpha_to_one: field(z.boolean()),
  skip_prk_steps: field(z.boolean()),
  clip_sample: field(z.boolean()),
  clip_sample_range: fieldOr(z.number().positive(), 1),
  use_karras_sigmas: field(z.boolean()),
  final_sigmas_type: fieldOr(z.enum(['zero', 'sigma_min']), 'zero'),
  lower_order_final: fieldOr(z.boolean(), true),
  euler_at_final: fieldOr(z.boolean(), false),
  lambda_min_clipped: field(z.number()),
  original_inference_steps: fieldOr(z.int().min(1).max(1000), 50),
  timestep_scaling: fieldOr(z.number().positive(), 10),
});

/**
 * The fields of scheduler_config.json, under their own names, that decide how noise is added and removed. What is
 * undefined is left to each sampler's own default, which differs between the classes of diffusers.
 */
export type SchedulerConfig = z.output<typeof schema>;

/** Reads the content of scheduler_config.json. Raises 'invalid-model' naming a value that no sampler here follows. */
export function parseSchedulerConfig(json: unknown): SchedulerConfig {
  const config = checkJson(schema, withClassDefaults(json), 'scheduler_config.json');
  if (config._class_name === undefined || config._class_name === 'DPMSolverMultistepScheduler')
    checkJson(unsupportedMultistep, json, 'scheduler_config.json');
  const { trained_betas, num_train_timesteps, rescale_betas_zero_snr, prediction_type } = config;
  if (trained_betas && trained_betas.length !== num_train_timesteps) {
    refuse(`${trained_betas.length} trained_betas for ${num_train_timesteps} num_train_timesteps`);
  }
  if (rescale_betas_zero_snr && prediction_type === 'epsilon') {
    refuse(
      'rescale_betas_zero_snr with the prediction_type "epsilon", which says nothing where all is noise',
    );
  }
  return config;
}

const stableBetas = { beta_start: 0.00085, beta_end: 0.012 };

/** The classes that have Stable Diffusion's betas where none are given, but for LCMScheduler not its schedule between them. */
const defaultsOfClass: Readonly<Record<string, object>> = {
  HeunDiscreteScheduler: stableBetas,
  KDPM2AncestralDiscreteScheduler: stableBetas,
  KDPM2DiscreteScheduler: stableBetas,
  LCMScheduler: { ...stableBetas, beta_schedule: 'scaled_linear' },
};

function withClassDefaults(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || !('_class_name' in json)) return json;
  return { ...defaultsOfClass[String(json._class_name)], ...json };
}

/**
 * What diffusers' pipelines make of the scheduler that they are given, whatever its file says: in those of Stable Diffusion timesteps have
 * an offset of 1 and no sample is clipped (`__init__` of StableDiffusionPipeline and OnnxStableDiffusionPipeline, diffusers 0.42),
 * in those of latent consistency models it stays as it is.
 * @param pipeline the class that model_index.json names
 */
export function inPipeline(pipeline: string, config: SchedulerConfig): SchedulerConfig {
  return pipeline.includes('LatentConsistencyModel')
    ? config
    : { ...config, steps_offset: 1, clip_sample: false };
}

/** The sampler that the model's authors chose, or the nearest to it that can follow its schedule. */
export function samplerOf(config: SchedulerConfig): SamplerName {
  const sampler = samplerOfClass[config._class_name ?? 'PNDMScheduler'];
  if (sampler === 'pndm' && !pndmFollows(config)) return 'ddim';
  return sampler === 'dpmpp_2m' && config.use_karras_sigmas ? 'dpmpp_2m_karras' : sampler;
}

/** It blends what was answered at several timesteps, of noise or velocity and not of x_0, and divides by ᾱ, which must not be 0. */
export function pndmFollows({ prediction_type, rescale_betas_zero_snr }: SchedulerConfig): boolean {
  return prediction_type !== 'sample' && !rescale_betas_zero_snr;
}

/** The noise schedule alone, so that each sampler spaces and ends its steps by its own defaults. */
export function noiseScheduleOf(config: SchedulerConfig): SchedulerConfig {
  const { num_train_timesteps, beta_start, beta_end, beta_schedule, trained_betas } = config;
  const { rescale_betas_zero_snr, prediction_type } = config;
  return parseSchedulerConfig({
    num_train_timesteps,
    beta_start,
    beta_end,
    beta_schedule,
    trained_betas,
    rescale_betas_zero_snr,
    prediction_type,
  });
}

function refuse(what: string): never {
  return raise(
    'invalid-model',
    `scheduler_config.json of the model has ${what}. Use the scheduler that the model was trained with.`,
  );
}
