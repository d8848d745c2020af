import { spaceTimesteps } from './noise-schedule.ts';
import { combine, mix, readPrediction } from './prediction.ts';
import type { Sampler } from './sampler.ts';
import { finalSigma, karrasSigmas, sigmaAt, timestepAt, trainingSigmas } from './sigmas.ts';

/**
 * Euler's method on dx/dσ = (x − x_0)/σ (Karras et al. 2022, Algorithm 1 without its correction). The sample has a picture of unit scale and
 * noise of size σ, so the model sees it divided by √(σ²+1). Timesteps may lie between training timesteps.
 */
export const euler: Sampler = (config, steps) => {
  const training = trainingSigmas(config);
  const spacing = config.timestep_spacing ?? 'linspace';
  const spaced = spaceTimesteps(spacing, config, steps);
  const even = spaced.map((t) => sigmaAt(training, t));
  const sigmas = config.use_karras_sigmas
    ? karrasSigmas(even[0] as number, even.at(-1) as number, steps)
    : even;
  const timesteps = config.use_karras_sigmas ? sigmas.map((sigma) => timestepAt(training, sigma)) : spaced;
  const last = finalSigma(config, training);
  const largest = sigmas.reduce((a, b) => Math.max(a, b), last);
  const inputScale = (i: number): number => 1 / Math.hypot(sigmas[i] as number, 1);

  return {
    timesteps: Float32Array.from(timesteps),
    initialNoiseScale: spacing === 'leading' ? Math.hypot(largest, 1) : largest,
    scaleInput: (sample, i) => combine([inputScale(i), sample]),
    step(modelOutput, i, sample) {
      const scale = inputScale(i);
      const { original } = readPrediction(config.prediction_type, scale * scale);
      const clean = mix({ ...original, sample: original.sample * scale }, sample, modelOutput);
      const kept = (sigmas[i + 1] ?? last) / (sigmas[i] as number);
      return combine([kept, sample], [1 - kept, clean]);
    },
  };
};
