import { embed, untaught } from '../../../../src/diffusion/taught-model.ts';
import { openTraining } from '../../../../src/diffusion/training/training.ts';
import { float32 } from '../../../../src/onnx/tensor.ts';
import { createRandom } from '../../../../src/random.ts';
import { type Measure, openMeasured, peakBytes, time } from '../measure.ts';

/** A training step: text side, trunk with its loss, and the gradients all the way back to weights and embeddings. */
const training: Measure = async ({ model: folder, batch, runs }) => {
  const base = await openMeasured(folder);
  const model = untaught(base);
  const random = createRandom(1);
  const { channels, height, width } = base.folder.latents;
  const noise = () => {
    const tensor = float32([batch, channels, height, width]);
    return { ...tensor, data: tensor.data.map(() => random.normal()) };
  };
  const input = {
    embeddings: embed(model, new Array(batch).fill(model.tokenizer.encode('a photo of a dog'))),
    sample: noise(),
    target: noise(),
    timesteps: Array.from({ length: batch }, (_, index) => Math.floor((999 * (index + 0.5)) / batch)),
  };
  const steps = await openTraining(base, batch);
  const seconds = await time(runs, () => steps.step(input, model.weights));
  return { batch, seconds, secondsPerPicture: seconds.median / batch, ...memory(batch) };
};

function memory(batch: number) {
  const bytes = peakBytes();
  return { peakBytes: bytes, peakBytesPerPicture: Math.round(bytes / batch) };
}

export default training;
