import type { TaughtModel } from '../../diffusion/taught-model.ts';
import type { Tensor } from '../../onnx/tensor.ts';
import type { Random } from '../../random.ts';
import type { Turns } from '../method.ts';
import { answersUnder } from './noisy-answers.ts';

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
  turns: Turns,
): Promise<number> {
  const answers = await answersUnder(model, texts, turns);
  const totals = new Float64Array(texts.length);
  let left = [...texts.keys()];
  for (const { copies, kept } of rounds) {
    for (let copy = 0; copy < copies; copy++) {
      const { given, target } = await answers(latents, left, (copy + random.uniform()) / copies, random);
      for (const [at, text] of left.entries())
        totals[text] = (totals[text] as number) + meanSquaredError(given[at] as Float32Array, target);
    }
    const total = (text: number) => totals[text] as number;
    left = left.toSorted((a, b) => total(a) - total(b)).slice(0, kept);
  }
  return left[0] as number;
}

function meanSquaredError(answer: Float32Array, target: Float32Array): number {
  const sum = target.reduce((total, value, i) => total + ((answer[i] as number) - value) ** 2, 0);
  return sum / target.length;
}
