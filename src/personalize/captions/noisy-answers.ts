import { inParts, partsOf } from '../../diffusion/filled-up.ts';
import { projectTexts } from '../../diffusion/layered-text.ts';
import type { TaughtModel } from '../../diffusion/taught-model.ts';
import { eachText, type TextValues } from '../../diffusion/texts.ts';
import { joinTensors } from '../../onnx/join.ts';
import { float32, type Tensor } from '../../onnx/tensor.ts';
import type { Random } from '../../random.ts';
import type { Turns } from '../method.ts';
import { encodeAll } from '../texts.ts';
import { objectiveOf } from '../training/objective.ts';

/**
 * Places of latents that are looked at in one run where a runtime takes any number: attention holds a number for every two places of a
 * picture, which in Stable Diffusion's first layers are 2 GB for four pictures of 512×512.
 */
const placesTogether = 2 ** 14;

/** What a model says of one noisy copy of a picture. */
export interface Answers {
  /** Under each of the texts that were asked for, as many numbers as the picture's latents have. */
  readonly given: readonly Float32Array[];
  /** The answer that would be right. */
  readonly target: Float32Array;
}

export type Asking = (
  latents: Tensor<'float32'>,
  asked: readonly number[],
  share: number,
  random: Random,
) => Promise<Answers>;

/**
 * Asks a model what it makes of noisy copies of pictures under some texts, which it reads once: the same noise for all of them.
 * @returns takes the latents of one picture, [1, channels, height, width], the places of the texts that are asked for, and the share of
 * timesteps, 0 to 1, that lie below the copy's
 */
export async function answersUnder(
  model: TaughtModel,
  texts: readonly string[],
  { turn }: Turns,
): Promise<Asking> {
  const { trunk, folder } = model.base;
  const { timestepQuantile, noisedExample } = objectiveOf(folder.scheduler);
  const most = trunk.readyBatch ?? texts.length;
  const read: TextValues[] = [];
  for (const part of inParts(encodeAll(model.tokenizer, texts), most))
    read.push(...eachText(await turn(() => projectTexts(model, part))));
  const partsFor = (asked: readonly number[], together: number) =>
    trunk.readyBatch === undefined ? partsOf(asked, together) : inParts(asked, trunk.readyBatch);
  return async (latents, asked, share, random) => {
    const size = latents.data.length;
    const [, , height = 1, width = 1] = latents.dims;
    const together = Math.max(1, Math.floor(placesTogether / (height * width)));
    const noise = float32(
      latents.dims,
      Float32Array.from({ length: size }, () => random.normal()),
    );
    const timestep = timestepQuantile(share);
    const { sample, target } = noisedExample(latents, noise, [timestep]);
    const given: Float32Array[] = [];
    for (const part of partsFor(asked, together)) {
      const copies = joinTensors(part.map(() => sample));
      const timesteps = part.map(() => timestep);
      const own = part.map((text) => read[text] as TextValues);
      const { data } = await turn(() => trunk.predict(copies, timesteps, own));
      given.push(...part.map((_, at) => (data as Float32Array).slice(at * size, (at + 1) * size)));
    }
    return { given: given.slice(0, asked.length), target: target.data };
  };
}
