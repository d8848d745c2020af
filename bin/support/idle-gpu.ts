import { existsSync } from 'node:fs';
import { cudaLibrary } from '../../src/runtime/cuda-library.ts';
import { type Gpu, listGpus } from '../../src/runtime/gpu.ts';
import type { Settings } from '../../src/settings/settings.ts';

/** What is asked of the machine. */
export interface Machine {
  readonly platform: string;
  /** Whether the runtime's CUDA libraries are installed. */
  readonly equipped: boolean;
  readonly gpus: () => Promise<readonly Gpu[] | undefined>;
}

const thisMachine: Machine = {
  platform: `${process.platform}-${process.arch}`,
  equipped: existsSync(cudaLibrary),
  gpus: listGpus,
};

/** A sentence where a GPU would be used and is not, for want of libraries that installing the packages anew takes away; undefined elsewhere. */
export async function idleGpu(
  { provider }: Pick<Settings, 'provider'>,
  { platform, equipped, gpus }: Machine = thisMachine,
): Promise<string | undefined> {
  if (provider !== 'auto' || equipped || platform !== 'linux-x64') return undefined;
  const [gpu] = (await gpus()) ?? [];
  if (gpu === undefined) return undefined;
  return `The GPU (${gpu.name}) is not used, for its CUDA libraries are not installed: everything is computed on the CPU. Run npm run setup:gpu, also after every npm ci, and start again; PROVIDER=cpu says that this is meant.`;
}
