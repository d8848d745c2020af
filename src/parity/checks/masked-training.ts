import type { HeadWeights } from '../../diffusion/text-side.ts';
import { float32 } from '../../onnx/tensor.ts';
import { type AdamWState, adamWStep, createAdamWState } from '../../optimizer/adamw.ts';
import { type Check, compared } from '../check.ts';
import { denoisingBatch, embeddingGradient, stepCount } from '../denoising-steps.ts';
import { initialEmbedding } from '../prompts.ts';
import { relativeError } from '../relative-error.ts';
import { asReference, referenceMatrix, referenceWeights, requireHeads } from '../weights.ts';

const options = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

/** Some steps of AdamW on the weights under the masks and on the token's embedding. */
export const maskedTraining: Check = {
  name: 'masked training',
  async *run(scene) {
    const { model, reference } = scene;
    requireHeads(reference, 'mask/', model);
    const before = model.heads.map((head) =>
      relativeError(asReference(model.baseWeights, head), referenceMatrix(reference, 'init/', head)),
    );
    yield compared('weights before training', ...before);

    const weights = new Map([...model.baseWeights].map(([name, values]) => [name, values.slice()]));
    const masked = model.heads.map((head) =>
      maskedWeights(head.name, referenceWeights(reference, 'mask/', head)),
    );
    const embedding = initialEmbedding(model, reference);
    const embeddingState = createAdamWState(embedding.length);
    const losses: number[] = [];
    for (let step = 0; step < stepCount(scene); step++) {
      const batch = denoisingBatch(scene, step, embedding);
      const training = await scene.training(batch.timesteps.length);
      const { loss, gradients } = await training.step(batch, weights);
      losses.push(loss);
      for (const each of masked) update(weights, gradients.weights, each);
      adamWStep(embedding, embeddingGradient(scene, gradients.embeddings), embeddingState, options);
    }

    yield compared('losses', relativeError(float32([losses.length], losses), reference.floats('losses')));
    const after = model.heads.map((head) =>
      relativeError(asReference(weights, head), referenceMatrix(reference, 'final/', head)),
    );
    yield compared(`weights after ${losses.length} steps`, ...after);
    yield compared(
      `token's embedding after ${losses.length} steps`,
      relativeError(float32([embedding.length], embedding), reference.floats('final/new1_embedding')),
    );
  },
};

/** The places of a head's matrix that may change, and their moments. */
interface MaskedWeights {
  readonly name: string;
  readonly places: readonly number[];
  readonly state: AdamWState;
}

function maskedWeights(name: string, mask: Float32Array): MaskedWeights {
  const places = [...mask.keys()].filter((place) => mask[place] !== 0);
  return { name, places, state: createAdamWState(places.length) };
}

function update(weights: HeadWeights, gradients: HeadWeights, { name, places, state }: MaskedWeights): void {
  const matrix = weights.get(name) as Float32Array;
  const gradient = gradients.get(name) as Float32Array;
  const pick = (from: Float32Array) => Float32Array.from(places, (place) => from[place] as number);
  const values = pick(matrix);
  adamWStep(values, pick(gradient), state, options);
  places.forEach((place, i) => {
    matrix[place] = values[i] as number;
  });
}
