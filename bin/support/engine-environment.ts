import type { LimitsEnvironment } from '../../src/engine/limits.ts';
import type { ComputeEnvironment } from '../../src/runtime/environment.ts';
import type { Settings } from '../../src/settings/settings.ts';

/** The settings that decide what a process computes with. */
export type ComputeSettings = Pick<
  Settings,
  | 'provider'
  | 'threads'
  | 'precision'
  | 'recompute'
  | 'tf32'
  | 'gpus'
  | 'picturesAtOnce'
  | 'conceptCacheBytes'
>;

/**
 * The variables by which a process that computes is told its settings and its GPU. NVIDIA's libraries read theirs when the
 * process starts, which is why products in TF32 can be switched off here alone, and GPUs be counted as nvidia-smi counts them and
 * not the fastest first.
 */
export function engineEnvironment(
  { provider, threads, precision, recompute, tf32, picturesAtOnce, conceptCacheBytes }: ComputeSettings,
  gpu = 0,
): Record<string, string> {
  const variables: ComputeEnvironment & LimitsEnvironment = {
    PROVIDER: provider,
    PRECISION: precision,
    RECOMPUTE: recompute,
    GPU: String(gpu),
    PICTURES_AT_ONCE: String(picturesAtOnce),
    CONCEPT_CACHE_BYTES: String(conceptCacheBytes),
    ...(threads !== undefined && { THREADS: String(threads) }),
  };
  return {
    ...(variables as Record<string, string>),
    CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
    ...(!tf32 && { NVIDIA_TF32_OVERRIDE: '0' }),
  };
}
