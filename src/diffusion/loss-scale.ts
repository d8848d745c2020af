import { raise } from '../result.ts';

/** The factor that a loss is multiplied by so that small gradients survive half precision. */
export interface LossScale {
  readonly factor: number;
  /** After a step whose gradients are finite. */
  succeeded(): void;
  /** After a step that overflowed, which is to be done again. Raises 'engine-down' where no factor is left. */
  overflowed(): void;
}

const first = 2 ** 16;
const largest = 2 ** 24;
const stepsUntilGrowth = 200;

/**
 * Halved at every overflow and doubled after {@link stepsUntilGrowth} steps without one (Micikevicius et al. 2018, Mixed
 * Precision Training, §3.2; PyTorch's GradScaler waits 2000 steps, which is longer than a teach).
 */
export function createLossScale(): LossScale {
  let factor = first;
  let steps = 0;
  return {
    get factor() {
      return factor;
    },
    succeeded() {
      steps++;
      if (steps % stepsUntilGrowth === 0) factor = Math.min(largest, factor * 2);
    },
    overflowed() {
      steps = 0;
      factor /= 2;
      if (factor < 1) {
        raise(
          'engine-down',
          'The model cannot be taught in half precision: its gradients are too large for it. Set PRECISION=float32.',
        );
      }
    },
  };
}
