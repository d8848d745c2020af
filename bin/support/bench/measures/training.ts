import { ownPositions } from '../../../../src/diffusion/layered-text.ts';
import { embed } from '../../../../src/diffusion/taught-model.ts';
import type { TokenWeights } from '../../../../src/diffusion/token-weights.ts';
import { type Measure, openMeasured, timeStep } from '../measure.ts';
import { noiseBatch } from '../noise-batch.ts';
import { serverWith } from '../servers.ts';

/** A training step of a lesson by `cns`: one run, from the token's own weights and the embeddings to the gradients of both. */
const training: Measure = async ({ model: folder, batch, runs }) => {
  const base = await openMeasured(folder);
  const model = serverWith(base, 1, 0.01);
  const encodings = new Array(batch).fill(model.tokenizer.encode('a photo of a <new1> dog'));
  const [own] = model.own?.values() ?? [];
  const positions = ownPositions(model, encodings);
  const steps = await base.tokenDenoising({
    batch,
    weights: model.weights,
    own: own as TokenWeights,
    positions: positions.length,
  });
  const input = { ...noiseBatch(base, batch), embeddings: embed(model, encodings), positions };
  return timeStep(batch, runs, () => steps.step(input));
};

export default training;
