import type { TaughtModel } from '../../../diffusion/taught-model.ts';
import type { Encoding } from '../../../diffusion/tokenizer.ts';
import { calibrationPrompts } from '../../captions/calibration.ts';
import type { Lesson, LessonHooks } from '../../method.ts';
import { knowsWord, textStates } from '../../texts.ts';
import { featureNorms } from '../feature-norms.ts';
import type { Importance } from '../importance.ts';
import { positionsOf } from '../positions/index.ts';
import type { Span } from '../positions.ts';

/**
 * Wanda's score |W_ij|·‖X_j‖₂ (Sun et al. 2023, eq. 1): X of the lesson's captions, described ones too, and of calibration
 * prompts. W is the base model's, so that what a server taught before does not sway the choice.
 */
export const wanda: Importance = async ({ lesson, model, options, hooks }) => {
  const { base, tokenizer, token } = model;
  const over = positionsOf(options.positions, token);
  const magnitudes = ({ name }: { readonly name: string }) => base.baseWeights.get(name) as Float32Array;
  const norms = (texts: readonly string[]) => captionNorms(model, texts, over, hooks);
  return {
    concept: { magnitudes, norms: await norms(conceptCaptions(lesson)) },
    general: async () => ({ magnitudes, norms: await norms(calibrationPrompts(knowsWord(tokenizer))) }),
  };
};

/** What neurons are chosen by, each once. */
export function conceptCaptions({ captions, described = [] }: Lesson): readonly string[] {
  return [...new Set([...captions.flat(), ...described])];
}

async function captionNorms(
  model: TaughtModel,
  captions: readonly string[],
  over: (encoding: Encoding) => Span,
  hooks: LessonHooks,
): Promise<readonly Float32Array[]> {
  const groups = await textStates(model, captions, hooks);
  return groups.flatMap(({ states, encodings }) => featureNorms(states, encodings, over));
}
