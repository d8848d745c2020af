import { float32 } from '../../onnx/tensor.ts';
import { createMaskedUpdate } from '../../personalize/training/masked-update.ts';
import { type Check, compared, type Scene } from '../check.ts';
import { denoisingBatch, stepCount } from '../denoising-steps.ts';
import { relativeError } from '../relative-error.ts';
import { beforeTraining, encodingsAt, newTokenId } from '../taught.ts';
import { asReference, referenceMatrix, referenceWeights, requireHeads } from '../weights.ts';

const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
const rate = 1e-3;

/** Some steps of AdamW on the weights under the masks and on the token's embedding. */
export const maskedTraining: Check = {
  name: 'masked training',
  async *run(scene) {
    const { model: base, reference } = scene;
    requireHeads(reference, 'mask/', base);
    const model = beforeTraining(scene);
    const errors = (group: 'init/' | 'final/') =>
      base.heads.map((head) =>
        relativeError(asReference(model.weights, head), referenceMatrix(reference, group, head)),
      );
    yield compared('weights before training', ...errors('init/'));

    const update = createMaskedUpdate({
      model,
      selection: { neurons: masks(scene) },
      penalties: new Map(),
      token: newTokenId(base),
      weightRate: rate,
      embeddingRate: rate,
      adam,
    });
    const encodings = encodingsAt(reference, 'input_ids');
    const losses: number[] = [];
    for (let step = 0; step < stepCount(scene); step++) {
      const batch = denoisingBatch(scene, step, model);
      const training = await scene.training(batch.timesteps.length);
      const done = await training.step(batch, model.weights);
      losses.push(done.loss);
      update.apply(done, encodings, 1);
    }

    yield compared('losses', relativeError(float32([losses.length], losses), reference.floats('losses')));
    yield compared(`weights after ${losses.length} steps`, ...errors('final/'));
    const embedding = model.added.get(newTokenId(base)) as Float32Array;
    yield compared(
      `token's embedding after ${losses.length} steps`,
      relativeError(float32([embedding.length], embedding), reference.floats('final/new1_embedding')),
    );
  },
};

/** By head name, the places in the [in, out] matrix that may change. */
function masks({ model, reference }: Scene): ReadonlyMap<string, Uint32Array> {
  return new Map(
    model.heads.map((head) => {
      const mask = referenceWeights(reference, 'mask/', head);
      return [head.name, Uint32Array.from(mask.keys()).filter((place) => mask[place] !== 0)];
    }),
  );
}
