import { inParts } from '../../diffusion/filled-up.ts';
import { projectTexts } from '../../diffusion/layered-text.ts';
import type { TaughtModel } from '../../diffusion/taught-model.ts';
import { eachText, type TextValues } from '../../diffusion/texts.ts';
import { joinTensors } from '../../onnx/join.ts';
import { float32, type Tensor } from '../../onnx/tensor.ts';
import type { Random } from '../../random.ts';
import type { Turns } from '../method.ts';
import { encodeAll } from '../texts.ts';
import { objectiveOf } from '../training/objective.ts';

/** All texts are compared on a few noisy copies of the picture, those that are left on more. */
const rounds = [
  { copies: 4, kept: 3 },
  { copies: 8, kept: 1 },
] as const;

/**
 * Which of some texts a picture goes with best, as the model itself sees it: the one under which it denoises the picture
 * best, all texts being compared on the same noise (Li et al. 2023, algorithm 2).
 * @param latents of one picture, [1, channels, height, width]
 * @returns the text's place
 */
export async function classifyByDenoising(
  model: TaughtModel,
  latents: Tensor<'float32'>,
  texts: readonly string[],
  random: Random,
  { turn }: Turns,
): Promise<number> {
  const errors = await denoisingErrors(model, latents, texts, { turn });
  const totals = new Float64Array(texts.length);
  let left = [...texts.keys()];
  for (const { copies, kept } of rounds) {
    for (let copy = 0; copy < copies; copy++) {
      const own = await errors(left, (copy + random.uniform()) / copies, random);
      for (const [at, text] of left.entries()) totals[text] = (totals[text] as number) + (own[at] as number);
    }
    const total = (text: number) => totals[text] as number;
    left = left.toSorted((a, b) => total(a) - total(b)).slice(0, kept);
  }
  return left[0] as number;
}

/** Mean squared errors of the model's answers for a noisy copy of the picture, one for each of the texts asked for. */
async function denoisingErrors(
  model: TaughtModel,
  latents: Tensor<'float32'>,
  texts: readonly string[],
  { turn }: Turns,
) {
  const { trunk, folder } = model.base;
  const { timestepQuantile, noisedExample } = objectiveOf(folder.scheduler);
  const most = trunk.readyBatch ?? texts.length;
  const read: TextValues[] = [];
  for (const part of inParts(encodeAll(model.tokenizer, texts), most))
    read.push(...eachText(await turn(() => projectTexts(model, part))));
  const size = latents.data.length;
  return async (asked: readonly number[], share: number, random: Random): Promise<readonly number[]> => {
    const noise = float32(
      latents.dims,
      Float32Array.from({ length: size }, () => random.normal()),
    );
    const timestep = timestepQuantile(share);
    const { sample, target } = noisedExample(latents, noise, [timestep]);
    const errors: number[] = [];
    for (const part of inParts(asked, trunk.readyBatch ?? asked.length)) {
      const copies = joinTensors(part.map(() => sample));
      const timesteps = part.map(() => timestep);
      const own = part.map((text) => read[text] as TextValues);
      const { data } = await turn(() => trunk.predict(copies, timesteps, own));
      errors.push(...part.map((_, at) => meanSquare(data as Float32Array, at * size, target.data)));
    }
    return errors.slice(0, asked.length);
  };
}

function meanSquare(values: Float32Array, start: number, target: Float32Array): number {
  const sum = target.reduce((total, value, i) => total + ((values[start + i] as number) - value) ** 2, 0);
  return sum / target.length;
}
