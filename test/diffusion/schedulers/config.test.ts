import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  noiseScheduleOf,
  parseSchedulerConfig,
  samplerOf,
} from '../../../src/diffusion/schedulers/config.ts';
import { cumulativeAlphas } from '../../../src/diffusion/schedulers/noise-schedule.ts';
import { decodeSafetensors } from '../../../src/safetensors.ts';

const fixture = (path: string): Buffer => readFileSync(new URL(`../../fixtures/${path}`, import.meta.url));
const shipped = JSON.parse(fixture('tiny-sd/scheduler/scheduler_config.json').toString());

describe('cumulativeAlphas', () => {
  it('are those that the reference model was trained with', () => {
    const reference = decodeSafetensors(fixture('tiny-sd/reference.safetensors')).tensors.get(
      'alphas_cumprod',
    );
    const alphas = cumulativeAlphas(parseSchedulerConfig(shipped));
    expect(alphas).toHaveLength(1000);
    const worst = Array.from(reference?.data as Float32Array).reduce(
      (most, alpha, t) => Math.max(most, Math.abs((alphas[t] as number) / alpha - 1)),
      0,
    );
    expect(worst).toBeLessThan(1e-5);
  });

  it('end in pure noise where the schedule is rescaled, and begin where they began', () => {
    const plain = parseSchedulerConfig({ prediction_type: 'v_prediction' });
    const rescaled = cumulativeAlphas({ ...plain, rescale_betas_zero_snr: true });
    expect(rescaled.at(-1)).toBe(0);
    expect(rescaled[0]).toBeCloseTo(cumulativeAlphas(plain)[0] as number, 12);
  });
});

describe('parseSchedulerConfig', () => {
  it('reads a shipped configuration and leaves what it does not say to the samplers', () => {
    const config = parseSchedulerConfig(shipped);
    expect(config).toMatchObject({ timestep_spacing: 'leading', steps_offset: 1, set_alpha_to_one: false });
    expect(config.clip_sample).toBeUndefined();
    expect(config.trained_betas).toBeUndefined();
    expect(parseSchedulerConfig({})).toMatchObject({
      num_train_timesteps: 1000,
      beta_start: 0.0001,
      beta_end: 0.02,
      beta_schedule: 'linear',
      prediction_type: 'epsilon',
    });
  });

  it.each([
    ['HeunDiscreteScheduler', 0.00085, 0.012, 'linear'],
    ['KDPM2DiscreteScheduler', 0.00085, 0.012, 'linear'],
    ['KDPM2AncestralDiscreteScheduler', 0.00085, 0.012, 'linear'],
    ['LCMScheduler', 0.00085, 0.012, 'scaled_linear'],
    ['EulerDiscreteScheduler', 0.0001, 0.02, 'linear'],
    ['UniPCMultistepScheduler', 0.0001, 0.02, 'linear'],
  ])('gives a %s the betas that diffusers documents for it where none are said', (_class_name, ...betas) => {
    const [beta_start, beta_end, beta_schedule] = betas;
    expect(parseSchedulerConfig({ _class_name })).toMatchObject({ beta_start, beta_end, beta_schedule });
    expect(parseSchedulerConfig({ _class_name, beta_end: 0.015 }).beta_end).toBe(0.015);
  });

  it.each<[string, unknown]>([
    ['_class_name', 'FlowMatchEulerDiscreteScheduler'],
    ['_class_name', 'TCDScheduler'],
    ['algorithm_type', 'sde-dpmsolver++'],
    ['beta_schedule', 'sigmoid'],
    ['beta_start', 0],
    ['beta_end', 'high'],
    ['clip_sample_range', -1],
    ['final_sigmas_type', 'last'],
    ['num_train_timesteps', 1e9],
    ['num_train_timesteps', 10.5],
    ['prediction_type', 'flow_prediction'],
    ['solver_order', 3],
    ['steps_offset', -1],
    ['thresholding', true],
    ['timestep_spacing', 'quadratic'],
    ['trained_betas', [0.1, 2]],
    ['trained_betas', [0.1, 0.2]],
    ['use_beta_sigmas', true],
    ['rescale_betas_zero_snr', true],
  ])('refuses %s %j by name', (key, value) => {
    expect(() => parseSchedulerConfig({ [key]: value })).toThrowError(
      expect.objectContaining({ problem: { code: 'invalid-model', message: expect.stringContaining(key) } }),
    );
  });

  it.each([null, [], 'text', 3])('refuses %j in place of an object', (json) => {
    expect(() => parseSchedulerConfig(json)).toThrowError(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'invalid-model' }) }),
    );
  });
});

describe('a class that another sampler stands in for', () => {
  it.each([
    { _class_name: 'UniPCMultistepScheduler', solver_type: 'bh2' },
    { _class_name: 'DEISMultistepScheduler', algorithm_type: 'deis', solver_type: 'logrho', solver_order: 3 },
  ])('may have settings of its own: %j', (config) => {
    expect(samplerOf(parseSchedulerConfig(config))).toBe('dpmpp_2m');
    expect(() =>
      parseSchedulerConfig({ ...config, _class_name: 'DPMSolverMultistepScheduler' }),
    ).toThrowError();
  });
});

describe('samplerOf', () => {
  it('is the sampler that the model was published with', () => {
    expect(samplerOf(parseSchedulerConfig(shipped))).toBe('pndm');
    expect(samplerOf(parseSchedulerConfig({ _class_name: 'DDIMScheduler' }))).toBe('ddim');
    expect(samplerOf(parseSchedulerConfig({ _class_name: 'LCMScheduler' }))).toBe('lcm');
    const multistep = { _class_name: 'DPMSolverMultistepScheduler' };
    expect(samplerOf(parseSchedulerConfig(multistep))).toBe('dpmpp_2m');
    expect(samplerOf(parseSchedulerConfig({ ...multistep, use_karras_sigmas: true }))).toBe(
      'dpmpp_2m_karras',
    );
  });
});

describe('a model that pndm cannot follow', () => {
  it.each(['PNDMScheduler', 'LMSDiscreteScheduler'])('draws with ddim in place of %s', (_class_name) => {
    const named = (config: object) => samplerOf(parseSchedulerConfig({ _class_name, ...config }));
    expect(named({ prediction_type: 'sample' })).toBe('ddim');
    expect(named({ prediction_type: 'v_prediction', rescale_betas_zero_snr: true })).toBe('ddim');
    expect(named({ prediction_type: 'v_prediction', skip_prk_steps: false })).toBe('pndm');
  });
});

describe('noiseScheduleOf', () => {
  it('keeps how noise is added and drops how it is removed', () => {
    const kept = noiseScheduleOf(parseSchedulerConfig({ ...shipped, prediction_type: 'v_prediction' }));
    expect(kept).toEqual(
      parseSchedulerConfig({
        beta_start: 0.00085,
        beta_end: 0.012,
        beta_schedule: 'scaled_linear',
        prediction_type: 'v_prediction',
      }),
    );
  });
});
