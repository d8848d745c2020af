import { eachText } from '../../diffusion/texts.ts';
import { type Check, compared } from '../check.ts';
import { relativeError } from '../relative-error.ts';
import { beforeTraining, promptEmbeddings } from '../taught.ts';

/** One forward pass, from the prompts' embeddings through heads and trunk. */
export const unet: Check = {
  name: 'U-Net',
  async *run(scene) {
    const { model, reference } = scene;
    const embeddings = promptEmbeddings(scene, beforeTraining(scene));
    const texts = eachText(await model.textSide.project(embeddings, model.baseWeights));
    const timesteps = reference.integers('unet_t').flat();
    const output = await model.trunk.predict(reference.floats('unet_x'), timesteps, texts);
    yield compared('U-Net', relativeError(output, reference.floats('unet_out')));
  },
};
