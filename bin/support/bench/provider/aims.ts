import { cnsOnStableDiffusion } from '../../../../src/personalize/methods/cns.ts';
import type { Compared } from '../steps/compare.ts';
import type { StepKind } from '../steps/unet.ts';

/** What was measured of one kind of step in one batch size; without times where it failed. */
export type MeasuredStep = { readonly kind: StepKind; readonly batch: number } & Partial<Compared>;

export interface Aim {
  readonly aim: string;
  /** Null where what it is made of was not measured. */
  readonly found: number | null;
  readonly met: boolean | null;
}

const { steps, batch } = cnsOnStableDiffusion;

/** A teach, and four guided pictures. */
export const taught = { steps, batch, seconds: 60 } as const;
export const drawn = { steps: 25, batch: 8, pictures: 4, seconds: 3 } as const;
const speed = 1.2;

/**
 * What steps say of the aims that are set for one H200 at 512×512 in half precision.
 * @param decodingSeconds for all of a drawing's pictures
 */
export function aimsOf(steps: readonly MeasuredStep[], decodingSeconds: number | undefined): readonly Aim[] {
  const of = (kind: StepKind, batch: number) =>
    steps.find((step) => step.kind === kind && step.batch === batch);
  const [training, denoising] = [of('training', taught.batch), of('denoising', drawn.batch)];
  const teach = training?.keepsake && taught.steps * training.keepsake.median;
  const draw =
    denoising?.keepsake && decodingSeconds !== undefined
      ? drawn.steps * denoising.keepsake.median + decodingSeconds
      : undefined;
  return [
    atMost(`seconds to teach, ${taught.steps} steps at batch ${taught.batch}`, teach, taught.seconds),
    atMost(`seconds for ${drawn.pictures} guided pictures of ${drawn.steps} steps`, draw, drawn.seconds),
    ...[training, denoising].map((step, index) =>
      atLeast(
        `speed of a ${index === 0 ? 'training' : 'denoising'} step, PyTorch's being 1`,
        step?.ratio && 1 / step.ratio,
        speed,
      ),
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
