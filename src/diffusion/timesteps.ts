/** γ of min-SNR; the authors' own value. */
const largestSignalToNoise = 5;

/**
 * Weights of the timesteps as min-SNR counts them, SNR = ᾱ/(1 − ᾱ) (Hang et al. 2023, eq. 8): min(SNR, γ)/SNR for a model that
 * predicts noise, min(SNR, γ) for one that predicts the picture. Timesteps with little noise say least about what is drawn.
 * @param alphas ᾱ by timestep, falling, none of them 0
 */
export function minSnrWeights(
  alphas: Float64Array,
  prediction: 'epsilon' | 'sample' = 'epsilon',
): Float64Array {
  return alphas.map((alpha) => {
    const ratio = alpha / (1 - alpha);
    const weight = Math.min(ratio, largestSignalToNoise);
    return prediction === 'epsilon' ? weight / ratio : weight;
  });
}

/**
 * Weights with which noise levels σ = √((1 − ᾱ)/ᾱ) come log-normally: ln σ with the given mean and standard deviation
 * (Karras et al. 2022, §5). Most is learnt where a drawing is half visible; little where it is plain, or hidden.
 * @param alphas ᾱ by timestep, falling, none of them 0
 */
export function logNormalWeights(alphas: Float64Array, mean: number, deviation: number): Float64Array {
  const levels = alphas.map((alpha) => 0.5 * Math.log((1 - alpha) / alpha));
  return levels.map((level, timestep) => {
    const before = levels[Math.max(0, timestep - 1)] as number;
    const after = levels[Math.min(levels.length - 1, timestep + 1)] as number;
    return Math.exp(-0.5 * ((level - mean) / deviation) ** 2) * (after - before);
  });
}

/**
 * Makes timesteps come as often as their weights say. Drawing by weight has the gradient of weighting the losses, in the
 * mean, and spends no step on what hardly counts.
 * @returns the timestep below which a share, 0 to 1, of all drawn ones lie
 */
export function timestepsByWeight(weights: Float64Array): (share: number) => number {
  const sums = new Float64Array(weights.length);
  let sum = 0;
  weights.forEach((weight, timestep) => {
    sum += weight;
    sums[timestep] = sum;
  });
  return (share) => {
    const found = sums.findIndex((reached) => reached > share * sum);
    return found < 0 ? weights.length - 1 : found;
  };
}
