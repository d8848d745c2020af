const warmUpSteps = 200;

/**
 * Learning rate that warms up, stays, and falls linearly to zero over the last `fallingShare` of the steps
 * (Hu et al. 2024, §4: warm-up, stable, decay), so that a run can be lengthened while it is still at its height.
 */
export function learningRateAt(step: number, steps: number, peak: number, fallingShare = 0.4): number {
  const warmUp = Math.min(1, (step + 1) / warmUpSteps);
  const remaining = (steps - step) / (steps * fallingShare);
  return peak * Math.min(warmUp, 1, Math.max(0, remaining));
}
