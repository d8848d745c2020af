import { embed, untaught } from '../../../../src/diffusion/taught-model.ts';
import { openTraining } from '../../../../src/diffusion/training/training.ts';
import { type Measure, openMeasured, timeStep } from '../measure.ts';
import { noiseBatch } from '../noise-batch.ts';

/**
 * A training step of a lesson by any method but `cns`: three runs, of the text side, of the trunk with its loss, and all the way back to
 * whole matrices and the embeddings.
 */
const matrixTraining: Measure = async ({ model: folder, batch, runs }) => {
  const base = await openMeasured(folder);
  const model = untaught(base);
  const embeddings = embed(model, new Array(batch).fill(model.tokenizer.encode('a photo of a dog')));
  const input = { ...noiseBatch(base, batch), embeddings };
  const steps = await openTraining(base, batch);
  return timeStep(batch, runs, () => steps.step(input, model.weights));
};

export default matrixTraining;
