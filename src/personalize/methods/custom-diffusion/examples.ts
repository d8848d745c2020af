import { untaught } from '../../../diffusion/taught-model.ts';
import { joinArrays, joinTensors } from '../../../onnx/join.ts';
import { float32, type Tensor } from '../../../onnx/tensor.ts';
import { createRandom, type Random, shuffled } from '../../../random.ts';
import { preservationPrompts } from '../../captions/calibration.ts';
import { readsAsFarAs } from '../../captions/readable.ts';
import type { LessonModel } from '../../lesson-model.ts';
import type { Lesson, LessonHooks } from '../../method.ts';
import { encodeAll } from '../../texts.ts';
import type { Batch, Batches, Examples } from '../../training/batches.ts';
import { recalledExamples } from '../../training/recalled.ts';
import { augment, boxWeights, prefixed } from './augment.ts';

/** How the pictures of the class are drawn. */
export interface PriorOptions {
  readonly priorPictures: number;
  readonly drawingSteps: number;
  readonly guidanceScale: number;
}

/**
 * The lesson's pictures, each in several variants drawn once, with what each latent counts.
 * @param variants of all pictures together
 */
export async function variedExamples(
  lesson: Lesson,
  model: LessonModel,
  variants: number,
  random: Random,
  { turn }: LessonHooks,
): Promise<Required<Examples>> {
  const { autoencoder, folder } = model.base;
  const latents: Tensor<'float32'>[] = [];
  const lossWeights: Float32Array[] = [];
  const captions: Examples['captions'][number][] = [];
  for (let variant = 0; variant < variants; variant++) {
    const picture = variant % lesson.pictures.length;
    await turn(async () => {
      const made = await augment(lesson.pictures[picture] as Lesson['pictures'][number], random);
      const texts = (lesson.captions[picture] as readonly string[]).map((text) => {
        const longer = prefixed(text, made.prefix);
        return readsAsFarAs(model.tokenizer, model.token, longer) ? longer : text;
      });
      latents.push(await autoencoder.encode([made.image]));
      lossWeights.push(boxWeights(made, folder.latents));
      captions.push(encodeAll(model.tokenizer, texts));
    });
  }
  const joined = joinTensors(latents);
  return { latents: joined, captions, lossWeights: float32(joined.dims, joinArrays(lossWeights)) };
}

/** Pictures that the base model draws for prompts with the class word, as latents: what it is not to forget. */
export async function priorExamples(
  { classWord, kind, seed, model }: Lesson,
  { priorPictures, drawingSteps, guidanceScale }: PriorOptions,
  hooks: LessonHooks,
): Promise<Required<Examples>> {
  const prompts = shuffled(preservationPrompts(classWord, kind), createRandom(seed, priorStream));
  const recall = { pictures: priorPictures, drawingSteps, guidanceScale };
  const { latents, captions } = await recalledExamples(untaught(model.base), prompts, recall, hooks);
  const each = latents.data.length / priorPictures;
  return {
    latents,
    captions,
    lossWeights: float32(
      latents.dims,
      latents.data.map(() => 1 / each),
    ),
  };
}

/**
 * Half a batch of taught pictures and half of the class's. The loss is the mean of the first half's errors within their
 * boxes, plus `priorWeight` times that of the second's.
 */
export function joinedBatches(taught: Batches, prior: Batches, priorWeight: number): Batches {
  return {
    next() {
      const halves = [taught.next(), prior.next()] as const;
      const both = (of: (batch: Batch) => Tensor) =>
        joinTensors(halves.map((half) => of(half) as Tensor<'float32'>));
      const weights = halves.map(({ lossWeights, timesteps }, half) => {
        const factor = (half === 0 ? 1 : priorWeight) / timesteps.length;
        const { dims, data } = lossWeights as Tensor<'float32'>;
        return float32(
          dims,
          data.map((weight) => weight * factor),
        );
      });
      return {
        sample: both(({ sample }) => sample),
        target: both(({ target }) => target),
        embeddings: both(({ embeddings }) => embeddings),
        timesteps: halves.flatMap(({ timesteps }) => timesteps),
        encodings: halves.flatMap(({ encodings }) => encodings),
        lossWeights: joinTensors(weights),
      };
    },
    state: () => [taught.state(), prior.state()],
    restore(state) {
      const [first, second] = state as readonly unknown[];
      taught.restore(first);
      prior.restore(second);
    },
  };
}

/** Numbers that no other part of the lesson draws. */
const priorStream = 1;
