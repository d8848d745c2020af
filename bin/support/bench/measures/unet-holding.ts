import { runtimeFromEnvironment } from '../../../../src/runtime/environment.ts';
import { held } from '../held.ts';
import type { Measure } from '../measure.ts';
import { openSteps } from '../steps/unet.ts';

/** What one process holds of a U-Net's weights that serves with it and trains it at once. */
const holding: Measure = async ({ model: unet, batch, side = 32 }) => {
  const { runtime } = await runtimeFromEnvironment(process.env);
  const before = await held();
  const serving = await openSteps(runtime, 'denoising', { unet, batch, side });
  await serving.step();
  const whileServing = await held();
  const training = await openSteps(runtime, 'training', { unet, batch, side });
  await training.step();
  await serving.step();
  return { before, serving: whileServing, servingAndTraining: await held() };
};

export default holding;
