/**
 * Hyperparameters of AdamW (Loshchilov & Hutter 2019) as PyTorch has it: weights lose `learningRate` · `weightDecay` of themselves in an update.
 * That is algorithm 2, the rate being its α·η and λ = α·`weightDecay`.
 */
export interface AdamWOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** Moments of one parameter array; `step` counts finished updates. */
export interface AdamWState {
  step: number;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** Moments of zeros for an array of `length` numbers, before its first update. */
export function createAdamWState(length: number): AdamWState {
  return { step: 0, first: new Float32Array(length), second: new Float32Array(length) };
}

/**
 * One bias-corrected update of `weights` in place. The three arrays have equal length.
 * @param scale factor on every gradient, for clipping
 */
export function adamWStep(
  weights: Float32Array,
  gradient: Float32Array,
  state: AdamWState,
  options: AdamWOptions,
  scale = 1,
): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay } = options;
  const { first, second } = state;
  state.step += 1;
  const stepSize = learningRate / (1 - beta1 ** state.step);
  const secondCorrection = 1 / (1 - beta2 ** state.step);
  const decay = 1 - learningRate * weightDecay;
  for (let i = 0; i < weights.length; i++) {
    const g = (gradient[i] as number) * scale;
    const m = beta1 * (first[i] as number) + (1 - beta1) * g;
    const v = beta2 * (second[i] as number) + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    weights[i] =
      (weights[i] as number) * decay - (stepSize * m) / (Math.sqrt(v * secondCorrection) + epsilon);
  }
}
