import { roundHalfToEven } from '../../numbers.ts';
import { raise } from '../../result.ts';
import type { SchedulerConfig } from './config.ts';
import { refuseSteps, spaceTimesteps } from './noise-schedule.ts';
import { combine, mix, readPrediction } from './prediction.ts';
import type { Sampler } from './sampler.ts';
import { finalSigma, karrasSigmas, sigmaAt, timestepAt, trainingSigmas } from './sigmas.ts';

/** Up to this many steps the last one is of first order, for stability (Lu et al. 2022b, section 4). */
const fewSteps = 14;

/**
 * DPM-Solver++(2M), Algorithm 2 of Lu et al. 2022b ("DPM-Solver++"): with λ = −ln σ, h_i = λ_{i+1} − λ_i and
 * D = x_0 + ½·(h_i/h_{i−1})·(x_0 − previous x_0),  x_{i+1} = (noise_{i+1}/noise_i)·x_i − signal_{i+1}·(e^{−h_i} − 1)·D.
 * Raises 'invalid-model' for evenly spaced timesteps of which `lambda_min_clipped` would leave some out.
 * @param karras whether the noise levels are Karras' rather than those of evenly spaced timesteps.
 */
export function dpmpp2m(karras: boolean): Sampler {
  return (config, steps) => {
    const training = trainingSigmas(config);
    const { timesteps, sigmas } = karras
      ? karrasLevels(training, steps)
      : evenLevels(config, training, steps);
    const final = finalSigma(config, training);
    const firstOrderEnd =
      config.euler_at_final || final === 0 || (config.lower_order_final && steps <= fewSteps);
    const sigma = (i: number): number => sigmas[i] ?? final;
    const signal = (i: number): number => 1 / Math.hypot(sigma(i), 1);
    let previous = new Float32Array();

    return {
      timesteps: Float32Array.from(timesteps),
      initialNoiseScale: 1,
      scaleInput: (sample) => sample,
      step(modelOutput, i, sample) {
        const prediction = readPrediction(config.prediction_type, signal(i) ** 2);
        const original = mix(prediction.original, sample, modelOutput);
        const kept = sigma(i + 1) / sigma(i);
        const firstOrder = i === 0 || (i === steps - 1 && firstOrderEnd);
        const ratio = firstOrder ? 0 : Math.log(kept) / Math.log(sigma(i) / sigma(i - 1)) / 2;
        const gain = signal(i + 1) * (1 - kept);
        const earlier = i === 0 ? original : previous;
        previous = original as Float32Array<ArrayBuffer>;
        return combine(
          [(kept * signal(i + 1)) / signal(i), sample],
          [gain * (1 + ratio), original],
          [-gain * ratio, earlier],
        );
      },
    };
  };
}

interface Levels {
  readonly timesteps: Float64Array;
  readonly sigmas: Float64Array;
}

/** Spaced so that the end of the sampling, not its last step, is the cleanest timestep. */
function evenLevels(config: SchedulerConfig, training: Float64Array, steps: number): Levels {
  requireUnclipped(config, training);
  const spacing = config.timestep_spacing ?? 'linspace';
  const spaced = spaceTimesteps(spacing, config, spacing === 'trailing' ? steps : steps + 1);
  const timesteps = spaced.subarray(0, steps).map(roundHalfToEven);
  if (new Set(timesteps).size < steps) refuseSteps(steps);
  return { timesteps, sigmas: timesteps.map((t) => sigmaAt(training, t)) };
}

/** diffusers leaves out the timesteps whose λ is less, which are the noisiest. */
function requireUnclipped({ lambda_min_clipped: least }: SchedulerConfig, training: Float64Array): void {
  const noisiest = -Math.log(training.at(-1) as number);
  if (least === undefined || noisiest >= least) return;
  raise(
    'invalid-model',
    `scheduler_config.json of the model has ${least} as lambda_min_clipped, which leaves out its noisiest timesteps, and no sampler here does. Take it out of the file, or use another model.`,
  );
}

/** From the noisiest training timestep to the cleanest. */
function karrasLevels(training: Float64Array, steps: number): Levels {
  const sigmas = karrasSigmas(training.at(-1) as number, training[0] as number, steps);
  return { sigmas, timesteps: sigmas.map((sigma) => roundHalfToEven(timestepAt(training, sigma))) };
}
