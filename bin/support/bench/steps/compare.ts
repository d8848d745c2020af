import { join } from 'node:path';
import { type ComputeSettings, engineEnvironment } from '../../engine-environment.ts';
import { type SteppedTiming, type Stepper, startStepper, timeSteppers } from './stepper.ts';
import type { StepKind, UnetSteps } from './unet.ts';

export interface Comparing {
  readonly runs: number;
  readonly settings: ComputeSettings;
  /** Python with PyTorch and diffusers. */
  readonly python?: string;
  /** diffusers' config of the U-Net, which PyTorch builds it from; Stable Diffusion 1.5's where absent. */
  readonly config?: string;
}

export interface Compared {
  readonly keepsake: SteppedTiming;
  readonly pytorch?: SteppedTiming;
  /** Our median over PyTorch's. */
  readonly ratio?: number;
}

/** Steps of ours and, where there is a Python that has them, of PyTorch's in turn, in the same precision on the same device. */
export async function compareSteps(
  kind: StepKind,
  steps: UnetSteps,
  { runs, settings, python, config }: Comparing,
): Promise<Compared> {
  const ours = () =>
    startStepper(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        join(import.meta.dirname, 'steps-child.ts'),
        kind,
        JSON.stringify(steps),
      ],
      { ...process.env, ...engineEnvironment(settings, settings.gpus[0]) },
    );
  const theirs = ([mine]: readonly Stepper[]) => {
    const { provider, precision } = mine?.opened ?? {};
    const { threads, tf32 } = settings;
    const options = { ...steps, config, provider, half: precision === 'float16', threads, tf32 };
    return startStepper(
      python ?? '',
      [join(import.meta.dirname, 'torch_steps.py'), kind, JSON.stringify(options)],
      {
        ...process.env,
        CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
        CUDA_VISIBLE_DEVICES: String(settings.gpus[0] ?? 0),
      },
    );
  };
  const [keepsake, pytorch] = await timeSteppers(runs, python === undefined ? [ours] : [ours, theirs]);
  const mine = keepsake as SteppedTiming;
  return { keepsake: mine, ...(pytorch && { pytorch, ratio: mine.median / pytorch.median }) };
}
