import { float32, type Tensor } from '../../onnx/tensor.ts';
import { raise } from '../../result.ts';
import type { Runtime } from '../../runtime/runtime.ts';

/** The factor that a loss is multiplied by so that small gradients survive half precision. */
export interface LossScale {
  readonly factor: number;
  /** After a step whose gradients are finite. */
  succeeded(): void;
  /** After a step that overflowed, which is to be done again. Raises 'engine-down' where no factor is left. */
  overflowed(): void;
}

/** The graph input that a scaled loss is multiplied by. */
export const lossScaleInput = 'loss_scale';

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

type Tensors = Readonly<Record<string, Tensor>>;

/**
 * What a step with a scaled loss does in place of one run: it is done again with a smaller scale until its gradients are finite. Where the
 * runtime computes in float32 the step is the one run.
 * @param sum the output that is finite exactly where the gradients are
 * @param run one run with these inputs beside the step's own
 */
export function createScaledRun(
  { precision }: Pick<Runtime, 'precision'>,
  sum: string | undefined,
): (run: (scaled: Tensors) => Promise<Tensors>) => Promise<Tensors> {
  if (precision !== 'float16') return (run) => run({});
  const scale = createLossScale();
  return async (run) => {
    for (;;) {
      const results = await run({ [lossScaleInput]: float32([], [scale.factor]) });
      if (Number.isFinite(results[sum ?? '']?.data[0])) {
        scale.succeeded();
        return results;
      }
      scale.overflowed();
    }
  };
}
