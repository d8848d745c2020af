import { planTraining } from '../../../../src/diffusion/training/training-plan.ts';
import { cutUnet } from '../../../../src/onnx/cut/unet.ts';
import { readModelFile } from '../../../../src/onnx/model-file.ts';
import { runtimeFromEnvironment } from '../../../../src/runtime/environment.ts';
import { held } from '../held.ts';
import { type Measure, time } from '../measure.ts';
import { openSteps } from '../steps/unet.ts';

/** What a training step takes in time and memory under the RECOMPUTE of its environment, and what was expected. */
const recomputation: Measure = async ({ model: unet, batch, runs, side = 32 }) => {
  const { runtime } = await runtimeFromEnvironment(process.env);
  const cut = cutUnet((await readModelFile(`${unet}/model.onnx`)).graph);
  const shape = { batch, tokens: 77, latents: [4, side, side] as const };
  const { recompute, bytes } = await planTraining(cut, shape, runtime);
  const { step } = await openSteps(runtime, 'training', { unet, batch, side });
  const before = await held();
  const seconds = await time(runs, step);
  const after = await held();
  return { recompute, seconds, expectedBytes: bytes, bytes: before && after && after.own - before.own };
};

export default recomputation;
