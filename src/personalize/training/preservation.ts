import type { TaughtModel } from '../../diffusion/taught-model.ts';
import type { Lesson, LessonHooks } from '../method.ts';
import type { Selection } from '../neurons/select.ts';
import { gramOf } from '../text-rows.ts';
import { knowsWord } from '../texts.ts';
import { type HeadPenalty, headPenalty, type Reference } from './penalty.ts';
import { earlierPrompts, untaughtPrompts } from './protected-prompts.ts';

/** Strengths of the pull towards the pretrained keys and values of prompts without a token, and towards earlier concepts'. */
export interface PreservationStrengths {
  readonly classStrength: number;
  readonly earlierStrength: number;
}

/** A penalty for each head that ties prompts without a token to the pretrained model, and the server's earlier concepts to what they are now. */
export async function preservation(
  lesson: Lesson,
  model: TaughtModel,
  { neurons }: Selection,
  { classStrength, earlierStrength }: PreservationStrengths,
  hooks: LessonHooks,
): Promise<ReadonlyMap<string, HeadPenalty>> {
  const { base } = model;
  const before = new Map([...model.weights].map(([name, values]) => [name, values.slice()]));
  // Start token and padding count too, since pictures attend to them.
  const gram = (texts: readonly string[]) => gramOf(model, texts, ({ ids }) => [0, ids.length], hooks);
  const references: Reference[] = [
    {
      gram: await gram(untaughtPrompts(lesson, knowsWord(model.tokenizer))),
      weights: base.baseWeights,
      strength: classStrength,
    },
  ];
  const prompts = earlierPrompts(lesson.earlier);
  if (prompts.length > 0)
    references.push({ gram: await gram(prompts), weights: before, strength: earlierStrength });
  const penalties = new Map<string, HeadPenalty>();
  for (const head of base.heads) {
    const chosen = neurons.get(head.name) as Uint32Array;
    const fixed = before.get(head.name) as Float32Array;
    const penalty = await hooks.turn(() => headPenalty(head, chosen, fixed, references, base.heads.length));
    penalties.set(head.name, penalty);
  }
  return penalties;
}
