import type { TaughtModel } from '../../diffusion/taught-model.ts';
import type { Tensor } from '../../onnx/tensor.ts';
import type { Random } from '../../random.ts';
import { answersUnder } from '../captions/noisy-answers.ts';
import type { Turns } from '../method.ts';

/** Little noise: what is large is clear then with any text, and the answers differ where details are what the text says. */
const share = 0.25;
const copies = 4;

/**
 * Where in a picture a model sees what a text says: how far its answers under the text and under none are apart, in noisy
 * copies of the picture (Couairon et al. 2023, DiffEdit, section 3.2, step 1, with squares in place of absolute values).
 * @returns takes the latents of one picture, [1, channels, height, width], and gives [height, width], not negative, row-major
 */
export async function whereSaid(
  model: TaughtModel,
  text: string,
  turns: Turns,
): Promise<(latents: Tensor<'float32'>, random: Random) => Promise<Float64Array>> {
  const answers = await answersUnder(model, [text, ''], turns);
  return async (latents, random) => {
    const [, , height = 0, width = 0] = latents.dims;
    const places = height * width;
    const apart = new Float64Array(places);
    for (let copy = 0; copy < copies; copy++) {
      const { given } = await answers(latents, [0, 1], share, random);
      const [said, unsaid] = given as [Float32Array, Float32Array];
      for (const [at, value] of said.entries()) {
        const place = at % places;
        apart[place] = (apart[place] as number) + (value - (unsaid[at] as number)) ** 2;
      }
    }
    return apart;
  };
}
