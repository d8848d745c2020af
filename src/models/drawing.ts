import type { SchedulerConfig } from '../diffusion/schedulers/config.ts';

/** How a model draws best where nobody says. */
export interface UsualDrawing {
  readonly steps: number;
  readonly guidanceScale: number;
}

/**
 * What a model's authors draw with, as far as its scheduler tells: latent consistency models and Turbo (Euler's method
 * on trailing timesteps that end clean) leap in few steps and are guided already; others take Stable Diffusion's own.
 */
export function usualDrawing({
  _class_name,
  timestep_spacing,
  prediction_type,
}: SchedulerConfig): UsualDrawing {
  if (_class_name === 'LCMScheduler') return { steps: 4, guidanceScale: 1 };
  const leaps =
    _class_name?.startsWith('Euler') && timestep_spacing === 'trailing' && prediction_type === 'epsilon';
  return leaps ? { steps: 4, guidanceScale: 1 } : { steps: 25, guidanceScale: 7.5 };
}
