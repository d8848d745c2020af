import { type Recomputation, recomputations } from '../recomputations.ts';
import { type ChosenRuntime, openRuntime, type ProviderSetting } from './provider.ts';
import type { Precision } from './runtime.ts';

/** What a process that computes is told by its environment; every variable is a setting of the same name, but the last two. */
export interface ComputeEnvironment {
  readonly PROVIDER?: string | undefined;
  readonly THREADS?: string | undefined;
  readonly PRECISION?: string | undefined;
  readonly RECOMPUTE?: string | undefined;
  /** The one of GPUS that is this process's. */
  readonly GPU?: string | undefined;
  /** `no` where `auto` is not to take the CPU in place of a GPU. */
  readonly CPU_INSTEAD?: string | undefined;
}

/** Opens the runtime that the environment names; whoever set it has checked the settings. */
export function runtimeFromEnvironment(environment: ComputeEnvironment): Promise<ChosenRuntime> {
  const { PROVIDER = 'auto', PRECISION = 'auto', RECOMPUTE = 'auto' } = environment;
  const [threads, device] = [Number(environment.THREADS), Number(environment.GPU ?? 0)];
  return openRuntime(PROVIDER as ProviderSetting, {
    device,
    cpuInstead: environment.CPU_INSTEAD !== 'no',
    precision: PRECISION as Precision | 'auto',
    recompute: recomputations.includes(RECOMPUTE as Recomputation) ? (RECOMPUTE as Recomputation) : 'auto',
    ...(threads > 0 && { threads }),
  });
}
