import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SamplerName } from '../../../src/diffusion/schedulers/config.ts';
import { parseSchedulerConfig, samplerNames } from '../../../src/diffusion/schedulers/config.ts';
import type { Scheduler } from '../../../src/diffusion/schedulers/sampler.ts';
import { createScheduler } from '../../../src/diffusion/schedulers/scheduler.ts';

interface Trace {
  readonly sampler: SamplerName;
  readonly config: Record<string, unknown>;
  readonly steps: number;
  readonly initial: number;
  readonly timesteps: readonly number[];
  readonly final: readonly number[];
}

const traces: readonly Trace[] = JSON.parse(
  readFileSync(new URL('../../fixtures/scheduler-traces.json', import.meta.url), 'utf8'),
);

const standard = parseSchedulerConfig({
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
});

/** Walks with the closed-form model of the traces and returns the last sample. */
function walk(scheduler: Scheduler): number[] {
  let sample = Float32Array.from([1, 2, 3, 4], (place) => Math.cos(place) * scheduler.initialNoiseScale);
  for (let i = 0; i < scheduler.timesteps.length; i++) {
    const output = scheduler.scaleInput(sample, i).map((x, k) => 0.3 * x + Math.sin(i + k));
    const fresh = () => Float32Array.from([0, 1, 2, 3], (place) => Math.cos(3 * i + place));
    sample = Float32Array.from(scheduler.step(output, i, sample, fresh));
  }
  return Array.from(sample);
}

/** max |a − b| / max |b| */
function relativeError(a: readonly number[], b: readonly number[]): number {
  const largest = (values: readonly number[]): number => Math.max(...values.map(Math.abs));
  return largest(a.map((x, i) => x - (b[i] as number))) / largest(b);
}

const problem = (code: string, words: string) =>
  expect.objectContaining({ problem: { code, message: expect.stringContaining(words) } });

describe.each(samplerNames)('%s', (name) => {
  const own = traces.filter(({ sampler }) => sampler === name);

  it('takes the timesteps and ends at the sample of the reference implementation', () => {
    expect(own.length).toBeGreaterThan(40);
    for (const { config, steps, initial, timesteps, final } of own) {
      const label = `${steps} steps of ${JSON.stringify(config)}`;
      const scheduler = createScheduler(name, parseSchedulerConfig(config), steps);
      expect(scheduler.timesteps, label).toHaveLength(timesteps.length);
      const furthest = Math.max(...timesteps.map((t, i) => Math.abs(t - (scheduler.timesteps[i] as number))));
      expect(furthest, label).toBeLessThan(2e-3);
      expect(relativeError([scheduler.initialNoiseScale], [initial]), label).toBeLessThan(2e-5);
      expect(relativeError(walk(scheduler), final), label).toBeLessThan(5e-5);
    }
  });

  it('gives the same picture when a walk is begun anew', () => {
    const scheduler = createScheduler(name, standard, 7);
    const first = walk(scheduler);
    const fresh = () => new Float32Array(4);
    scheduler.step(Float32Array.of(1, 2, 3, 4), 0, Float32Array.of(4, 3, 2, 1), fresh);
    scheduler.step(Float32Array.of(5, 6, 7, 8), 1, Float32Array.of(8, 7, 6, 5), fresh);
    expect(walk(scheduler)).toEqual(first);
  });

  it('leaves its arguments as they are', () => {
    const scheduler = createScheduler(name, standard, 3);
    for (const i of scheduler.timesteps.keys()) {
      const [sample, output] = [Float32Array.of(0.5, -1), Float32Array.of(0.25, 2)];
      scheduler.scaleInput(sample, i);
      scheduler.step(output, i, sample, () => new Float32Array(2));
      expect([sample, output]).toEqual([Float32Array.of(0.5, -1), Float32Array.of(0.25, 2)]);
    }
  });

  it('refuses evaluations out of order and outputs of another shape', () => {
    const scheduler = createScheduler(name, standard, 4);
    const zeros = new Float32Array(2);
    expect(() => scheduler.step(zeros, 1, zeros)).toThrow(RangeError);
    scheduler.step(zeros, 0, zeros, () => zeros);
    expect(() => scheduler.step(zeros, 2, zeros)).toThrow(RangeError);
    expect(() => scheduler.step(new Float32Array(3), 1, zeros)).toThrow(RangeError);
  });

  it.each([0, -1, 2.5, 1001, Number.NaN])('refuses %s steps', (steps) => {
    expect(() => createScheduler(name, standard, steps)).toThrowError(problem('invalid-option', '1 to 1000'));
  });
});

it.each<[SamplerName, Record<string, unknown>]>([
  ['ddim', { timestep_spacing: 'leading', steps_offset: 1 }],
  ['dpmpp_2m', { timestep_spacing: 'leading' }],
  ['dpmpp_2m', { timestep_spacing: 'linspace' }],
])('%s refuses as many steps as %j cannot be divided into', (name, config) => {
  expect(() => createScheduler(name, parseSchedulerConfig(config), 1000)).toThrowError(
    problem('invalid-option', '1000 steps'),
  );
});

describe('dpmpp_2m', () => {
  const make = (config: Record<string, unknown>, name: SamplerName = 'dpmpp_2m') =>
    createScheduler(name, parseSchedulerConfig(config), 10);
  const stable = { beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear' };

  it('refuses to leave out noisy timesteps, and takes a bound on λ that leaves out none', () => {
    // λ = ½·ln(ᾱ/(1−ᾱ)) of the last timestep is −2.682 with Stable Diffusion's betas, −5.059 with diffusers' own and −9.918 with the cosine.
    const taken = [{ ...stable, lambda_min_clipped: -2.69 }, { lambda_min_clipped: -5.1 }, stable];
    for (const config of taken) expect([...make(config).timesteps]).toEqual([...make({}).timesteps]);
    for (const config of [
      { ...stable, lambda_min_clipped: -2.67 },
      { lambda_min_clipped: -5.05 },
      { beta_schedule: 'squaredcos_cap_v2', lambda_min_clipped: -5.1 },
    ])
      expect(() => make(config)).toThrowError(problem('invalid-model', 'lambda_min_clipped'));
  });

  it('has Karras’ noise levels whatever that bound is, as the reference has', () => {
    const clipped = { ...stable, use_karras_sigmas: true, lambda_min_clipped: -2 };
    expect(make(clipped, 'dpmpp_2m_karras').timesteps).toEqual(make(stable, 'dpmpp_2m_karras').timesteps);
  });
});

describe('lcm', () => {
  it('refuses more steps than the model was distilled with, and to go on without noise', () => {
    expect(() => createScheduler('lcm', standard, 51)).toThrowError(problem('invalid-option', '1 to 50'));
    const zeros = new Float32Array(2);
    expect(() => createScheduler('lcm', standard, 2).step(zeros, 0, zeros)).toThrow(RangeError);
  });
});

describe('pndm', () => {
  it.each<[string, Record<string, unknown>]>([
    ['prediction_type', { prediction_type: 'sample' }],
    ['rescale_betas_zero_snr', { rescale_betas_zero_snr: true, prediction_type: 'v_prediction' }],
  ])('refuses a model for its %s', (key, fields) => {
    const config = parseSchedulerConfig(fields);
    expect(() => createScheduler('pndm', config, 10)).toThrowError(problem('invalid-model', key));
  });

  it('draws as the reference does without a warm-up, also where the configuration asks for one', () => {
    const { config, steps, timesteps, final } = traces.find(({ sampler }) => sampler === 'pndm')!;
    const warmed = parseSchedulerConfig({ ...config, skip_prk_steps: false });
    const scheduler = createScheduler('pndm', warmed, steps);
    expect([...scheduler.timesteps]).toEqual(timesteps);
    expect(relativeError(walk(scheduler), final)).toBeLessThan(5e-5);
  });
});
