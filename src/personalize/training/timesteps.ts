/** γ of min-SNR; the authors' own value. */
const largestSignalToNoise = 5;

/**
 * Makes timesteps come as often as min-SNR weighting counts them: with weight min(SNR, γ)/SNR for a model that predicts noise,
 * min(SNR, γ)/(SNR + 1) for one that predicts velocity, SNR = ᾱ/(1 − ᾱ) (Hang et al. 2023, eq. 8). Drawing by weight has the
 * gradient of weighting in the mean, and spends no step on the fine grain that says nothing of a concept.
 * @param alphas ᾱ by timestep, falling
 * @returns the timestep below which a share, 0 to 1, of all drawn ones lie
 */
export function timestepsByWeight(
  alphas: Float64Array,
  prediction: 'noise' | 'velocity',
): (share: number) => number {
  const sums = new Float64Array(alphas.length);
  let sum = 0;
  alphas.forEach((alpha, timestep) => {
    const ratio = alpha / (1 - alpha);
    sum += Math.min(ratio, largestSignalToNoise) / (prediction === 'noise' ? ratio : ratio + 1);
    sums[timestep] = sum;
  });
  return (share) => {
    const found = sums.findIndex((reached) => reached > share * sum);
    return found < 0 ? alphas.length - 1 : found;
  };
}
