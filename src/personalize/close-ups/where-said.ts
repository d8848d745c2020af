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
 * @param latents of one picture, [1, channels, height, width]
 * @returns [height, width], not negative, row-major
 */
export async function whereSaid(
  model: TaughtModel,
  latents: Tensor<'float32'>,
  text: string,
  random: Random,
  turns: Turns,
): Promise<Float64Array> {
  const [, channels = 0, height = 0, width = 0] = latents.dims;
  const answers = await answersUnder(model, latents, [text, ''], turns);
  const places = height * width;
  const apart = new Float64Array(places);
  for (let copy = 0; copy < copies; copy++) {
    const [said, unsaid] = (await answers([0, 1], share, random)).given as [Float32Array, Float32Array];
    for (let at = 0; at < channels * places; at++) {
      const place = at % places;
      apart[place] = (apart[place] as number) + ((said[at] as number) - (unsaid[at] as number)) ** 2;
    }
  }
  return apart;
}
