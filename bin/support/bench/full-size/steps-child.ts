/** Does steps of a U-Net, one for each line that it is told, and tells the seconds of each. Started by stepper.ts. */
import { createInterface } from 'node:readline';
import { runtimeFromEnvironment } from '../../../../src/runtime/environment.ts';
import { peakBytes } from '../measure.ts';
import { openSteps, type StepKind, type UnetSteps } from './unet.ts';

const [kind = 'denoising', options = '{}'] = process.argv.slice(2);
const tell = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

const since = performance.now();
const { runtime } = await runtimeFromEnvironment(process.env);
const { step } = await openSteps(runtime, kind as StepKind, JSON.parse(options) as UnetSteps);
tell({ openSeconds: (performance.now() - since) / 1000, provider: runtime.provider });
for await (const line of createInterface(process.stdin)) {
  if (line === 'end') break;
  const started = performance.now();
  await step();
  tell({ seconds: (performance.now() - started) / 1000, peakBytes: peakBytes() });
}
process.exit(0);
