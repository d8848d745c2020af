import { embed, untaught } from '../../../../src/diffusion/taught-model.ts';
import { eachText } from '../../../../src/diffusion/texts.ts';
import { float32 } from '../../../../src/onnx/tensor.ts';
import { type Measure, openMeasured, timeStep } from '../measure.ts';

/** A denoising step without guidance: the trunk alone, keys and values being there. */
const denoising: Measure = async ({ model: folder, batch, runs }) => {
  const base = await openMeasured(folder);
  const model = untaught(base);
  const { channels, height, width } = base.folder.latents;
  const encodings = new Array(batch).fill(model.tokenizer.encode('a photo of a dog'));
  const texts = eachText(await base.textSide.project(embed(model, encodings), model.weights));
  const sample = float32([batch, channels, height, width]);
  const timesteps = new Array<number>(batch).fill(500);
  return timeStep(batch, runs, () => base.trunk.predict(sample, timesteps, texts));
};

export default denoising;
