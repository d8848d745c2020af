import { raise } from '../../result.ts';
import type { SamplerName, SchedulerConfig } from './config.ts';
import { ddim } from './ddim.ts';
import { dpmpp2m } from './dpmpp-2m.ts';
import { euler } from './euler.ts';
import { lcm } from './lcm.ts';
import { refuseSteps } from './noise-schedule.ts';
import { pndm } from './pndm.ts';
import type { Sampler, Scheduler } from './sampler.ts';

const samplers = {
  ddim,
  dpmpp_2m: dpmpp2m(false),
  dpmpp_2m_karras: dpmpp2m(true),
  euler,
  lcm,
  pndm,
} as const satisfies Record<SamplerName, Sampler>;

/**
 * Sampling by the conventions of the diffusers library. The name decides the sampler, whatever sampler the model's
 * authors chose; see `samplerOf` for theirs.
 * @param steps 1 to the number of training timesteps. `pndm` evaluates the model once more than it has steps.
 * Raises 'invalid-option' for a number of steps that the schedule cannot be divided into.
 */
export function createScheduler(name: SamplerName, config: SchedulerConfig, steps: number): Scheduler {
  const most = config.num_train_timesteps;
  if (!Number.isInteger(steps) || steps < 1 || steps > most) {
    raise('invalid-option', `A picture takes 1 to ${most} steps. Ask for a number in that range.`);
  }
  const scheduler = samplers[name](config, steps);
  if (scheduler.timesteps.some((t, i, all) => t < 0 || t >= most || t > (all[i - 1] ?? most))) {
    refuseSteps(steps);
  }
  let next = 0;
  return {
    ...scheduler,
    step(modelOutput, i, sample, freshNoise) {
      if (i !== 0 && i !== next) throw new RangeError(`Evaluation ${i} came where ${next} was due`);
      if (modelOutput.length !== sample.length) throw new RangeError('The model answered in another shape');
      next = i + 1;
      return scheduler.step(modelOutput, i, sample, freshNoise);
    },
  };
}
