import { readFile } from 'node:fs/promises';
import { openSteps } from '../full-size/unet.ts';
import { type Measure, openRuntimeOf } from '../measure.ts';

/** What one process holds of a U-Net's weights that serves with it and trains it at once. */
const holding: Measure = async ({ model: unet, batch, side = 32 }) => {
  const { runtime } = await openRuntimeOf(process.env);
  const before = await held();
  const serving = await openSteps(runtime, 'denoising', { unet, batch, side });
  await serving.step();
  const whileServing = await held();
  const training = await openSteps(runtime, 'training', { unet, batch, side });
  await training.step();
  await serving.step();
  return { before, serving: whileServing, servingAndTraining: await held() };
};

/** Bytes of this process that are its own, and those of files that are mapped into it, a page once; null where the system does not tell. */
async function held(): Promise<{ readonly own: number; readonly mapped: number } | null> {
  const rollup = await readFile('/proc/self/smaps_rollup', 'utf8').catch(() => undefined);
  if (rollup === undefined) return null;
  const kilobytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0);
  return { own: kilobytes('Pss_Anon') * 1024, mapped: kilobytes('Pss_File') * 1024 };
}

export default holding;
