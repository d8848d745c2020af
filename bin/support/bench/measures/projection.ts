import { projectTexts } from '../../../../src/diffusion/layered-text.ts';
import { eachText } from '../../../../src/diffusion/texts.ts';
import { float32 } from '../../../../src/onnx/tensor.ts';
import { counting, drawOnce } from '../drawing.ts';
import { type Measure, openMeasured, timeInTurn } from '../measure.ts';
import { mostConcepts, promptWith, serverWith } from '../servers.ts';

/** Keys and values of a guided prompt against one denoising step of it, and how often each is done for a picture. */
const projection: Measure = async ({ model: folder, runs }) => {
  const { base, counts } = counting(await openMeasured(folder));
  const model = serverWith(base, mostConcepts, 0.01);
  await drawOnce(model, promptWith(mostConcepts));
  const { projections, steps } = counts;
  const texts = ['', promptWith(mostConcepts)].map((text) => model.tokenizer.encode(text));
  const read = eachText(await projectTexts(model, texts));
  const { channels, height, width } = base.folder.latents;
  const sample = float32([2, channels, height, width]);
  const [projected, stepped] = await timeInTurn(runs, [
    () => projectTexts(model, texts),
    () => base.trunk.predict(sample, [500, 500], read),
  ]);
  return {
    projection: projected,
    step: stepped,
    ratio: (projected?.median ?? 0) / (stepped?.median ?? 1),
    perPicture: { projections, steps },
  };
};

export default projection;
