/** Does steps of a U-Net, one for each line that it is told, and tells the seconds of each. Started by stepper.ts. */
import { createInterface } from 'node:readline';
import { runtimeFromEnvironment } from '../../../../src/runtime/environment.ts';
import { listGpus } from '../../../../src/runtime/gpu.ts';
import { peakBytes } from '../measure.ts';
import { countingTransfers } from './transfers.ts';
import { openSteps, type StepKind, type UnetSteps } from './unet.ts';

const [kind = 'denoising', options = '{}'] = process.argv.slice(2);
const tell = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** Memory that is in use on this process's GPU, by whomever; runtimes have no other way to tell what they hold. */
async function usedGpuBytes(): Promise<number> {
  const gpu = (await listGpus())?.find(({ index }) => index === Number(process.env.GPU ?? 0));
  return gpu === undefined ? 0 : gpu.memoryBytes - gpu.freeBytes;
}

const { runtime: chosen } = await runtimeFromEnvironment(process.env);
const { provider, precision } = chosen;
const before = provider === 'cuda' ? await usedGpuBytes() : 0;
const { runtime, taken } = countingTransfers(chosen);
const since = performance.now();
const { step } = await openSteps(runtime, kind as StepKind, JSON.parse(options) as UnetSteps);
tell({ openSeconds: (performance.now() - since) / 1000, provider, precision });
taken();
for await (const line of createInterface(process.stdin)) {
  if (line === 'end') break;
  const started = performance.now();
  await step();
  tell({
    seconds: (performance.now() - started) / 1000,
    peakBytes: peakBytes(),
    transfers: taken(),
    ...(provider === 'cuda' && { peakGpuBytes: (await usedGpuBytes()) - before }),
  });
}
process.exit(0);
