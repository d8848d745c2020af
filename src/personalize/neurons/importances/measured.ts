import type { HeadWeights } from '../../../diffusion/heads.ts';
import { textSideOf } from '../../../diffusion/layered-text.ts';
import { type TaughtModel, untaught } from '../../../diffusion/taught-model.ts';
import { openTraining, type Training } from '../../../diffusion/training/training.ts';
import { createRandom } from '../../../random.ts';
import type { Turns } from '../../method.ts';
import { type Batch, createBatches, type Examples, taughtExamples } from '../../training/batches.ts';
import { classPrompts, earlierPrompts } from '../../training/protected-prompts.ts';
import { recalledExamples } from '../../training/recalled.ts';
import { withoutStartToken } from '../../training/start-token.ts';
import type { Importance, Scene } from '../importance.ts';
import { scoredBy } from './scored-once.ts';

/** What a gradient and its weight say of the weight's effect; at least 0. */
export type Effect = (gradient: number, weight: number) => number;

/** Batches whose effects are summed: of the taught pictures, of the class's, of the earlier concepts'. */
const measuredBatches = 12;
/** Pictures of the class, and of the earlier concepts, and how they are drawn. */
const recalled = { pictures: 8, drawingSteps: 12, guidanceScale: 4 };
/** Numbers that no other part of the lesson draws. */
const measuringStream = 2;

/**
 * Importance by effects on the denoising loss before training begins, summed over a few batches: for the concept over its
 * pictures, for what should stay over pictures that the model itself draws of the class and of the earlier concepts.
 */
export function measured(effect: Effect): Importance {
  return async (scene) => {
    const { model, options, hooks } = scene;
    const sources = {
      concept: [await taughtExamples(scene.lesson, model, hooks)],
      general: await recalledBefore(scene),
    };
    const opened = { ...model.base, textSide: textSideOf(model) };
    hooks.onPreparing('loading', 0, 0);
    const training = await hooks.turn(() => openTraining(opened, options.batch));
    try {
      const random = createRandom(scene.lesson.seed, measuringStream);
      const effects = async (examples: readonly Examples[]) => {
        const batches = examples.map((some) => createBatches(model, some, options.batch, random));
        const sums = await summedEffects(model.weights, batches, training, effect, hooks);
        return scoredBy(sums, model.base.embeddings.width);
      };
      const [concept, general] = [await effects(sources.concept), await effects(sources.general)];
      return { concept, general: async () => general };
    } finally {
      await training.release();
    }
  };
}

/** As the base model draws the class, and the server's model the concepts that it was taught. */
async function recalledBefore({ lesson, hooks }: Scene): Promise<readonly Examples[]> {
  const { model, earlier } = lesson;
  const recall = (from: TaughtModel, prompts: readonly string[]) =>
    recalledExamples(from, evenly(prompts, recalled.pictures), recalled, hooks);
  const ofClass = await recall(untaught(model.base), classPrompts(lesson));
  return earlier.length === 0 ? [ofClass] : [ofClass, await recall(model, earlierPrompts(earlier))];
}

/** At most `count` of a list, from all over it. */
function evenly<T>(list: readonly T[], count: number): readonly T[] {
  const length = Math.min(count, list.length);
  return Array.from({ length }, (_, i) => list[Math.floor((i * list.length) / length)] as T);
}

/** Σ of effects over so many batches of each source, by head name, [in, out]. */
export async function summedEffects(
  weights: HeadWeights,
  sources: readonly { next(): Batch }[],
  training: Pick<Training, 'step'>,
  effect: Effect,
  { turn }: Turns,
  batches = measuredBatches,
): Promise<HeadWeights> {
  const sums = new Map([...weights].map(([name, { length }]) => [name, new Float64Array(length)]));
  for (const source of sources) {
    for (let batch = 0; batch < batches; batch++) {
      const { gradients } = await turn(() =>
        training.step(source.next(), weights, { adjust: withoutStartToken }),
      );
      for (const [name, sum] of sums) {
        const [matrix, slopes] = [weights.get(name) as Float32Array, gradients.weights.get(name)];
        slopes?.forEach((slope, i) => {
          sum[i] = (sum[i] as number) + effect(slope, matrix[i] as number);
        });
      }
    }
  }
  return new Map([...sums].map(([name, sum]) => [name, Float32Array.from(sum)]));
}
