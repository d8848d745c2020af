import { cnsOnStableDiffusion } from '../../../../src/personalize/methods/cns.ts';
import type { Timing } from '../measure.ts';
import type { Compared } from '../steps/compare.ts';
import type { StepKind, UnetSteps } from '../steps/unet.ts';

/** What was measured of one kind of step in one batch size; without times where it failed. */
export type MeasuredStep = { readonly kind: StepKind } & Pick<UnetSteps, 'batch' | 'differentTexts'> &
  Partial<Compared>;

export interface Aim {
  readonly aim: string;
  /** Null where what it is made of was not measured. */
  readonly found: number | null;
  readonly met: boolean | null;
}

/** Of a drawing of four guided pictures, the steps and what they are drawn with. */
export const drawn = { steps: 25, batch: 8, pictures: 4, seconds: 3 } as const;
const taught = { batch: cnsOnStableDiffusion.batch, seconds: 60 } as const;
const speed = 1.2;

/** What people wait for, as far as it was measured: a teach and {@link drawn}. */
export interface Waited {
  readonly teach: { readonly seconds: number; readonly steps: number };
  readonly imagine: { readonly pictures: number; readonly seconds: Timing };
}

/** What was measured, against the aims that are set for one H200 at 512×512 in half precision. */
export function aimsOf(steps: readonly MeasuredStep[], waited: Waited | undefined): readonly Aim[] {
  const of = (kind: StepKind, batch: number) =>
    steps.find((step) => step.kind === kind && step.batch === batch && !step.differentTexts)?.ratio;
  const ratios = { training: of('training', taught.batch), denoising: of('denoising', drawn.batch) };
  return [
    atMost('seconds to teach a concept', waited?.teach.seconds, taught.seconds),
    atMost(
      `seconds for ${drawn.pictures} guided pictures of ${drawn.steps} steps`,
      waited?.imagine.seconds.median,
      drawn.seconds,
    ),
    ...Object.entries(ratios).map(([kind, ratio]) =>
      atLeast(`speed of a ${kind} step, PyTorch's being 1`, ratio && 1 / ratio, speed),
    ),
  ];
}

function atMost(name: string, found: number | undefined, most: number): Aim {
  return {
    aim: `${name}: at most ${most}`,
    found: found ?? null,
    met: found === undefined ? null : found <= most,
  };
}

function atLeast(name: string, found: number | undefined, least: number): Aim {
  return {
    aim: `${name}: at least ${least}`,
    found: found ?? null,
    met: found === undefined ? null : found >= least,
  };
}
