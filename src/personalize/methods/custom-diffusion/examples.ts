import { draw } from '../../../diffusion/draw.ts';
import { createRandom, type Random } from '../../../diffusion/noise.ts';
import { untaught } from '../../../diffusion/taught-model.ts';
import { float32, type Tensor } from '../../../onnx/tensor.ts';
import { preservationPrompts } from '../../captions/calibration.ts';
import { readsAsFarAs } from '../../captions/readable.ts';
import type { LessonModel } from '../../lesson-model.ts';
import type { Lesson, LessonHooks } from '../../method.ts';
import { encodeAll } from '../../texts.ts';
import type { Batch, Examples } from '../../training/batches.ts';
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
export async function taughtExamples(
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
  const joined = together(latents);
  return { latents: joined, captions, lossWeights: float32(joined.dims, flat(lossWeights)) };
}

/** Pictures that the base model draws for prompts with the class word, as latents: what it is not to forget. */
export async function priorExamples(
  { classWord, kind, seed, model }: Lesson,
  { priorPictures, drawingSteps, guidanceScale }: PriorOptions,
  { turn, onPreparing }: LessonHooks,
): Promise<Required<Examples>> {
  const plain = untaught(model.base);
  const prompts = shuffled(preservationPrompts(classWord, kind), createRandom(seed, priorStream));
  const latents: Tensor<'float32'>[] = [];
  const captions: Examples['captions'][number][] = [];
  for (let picture = 0; picture < priorPictures; picture++) {
    const prompt = prompts[picture % prompts.length] as string;
    const request = {
      prompt,
      negativePrompt: '',
      count: 1,
      seed: picture,
      steps: drawingSteps,
      guidanceScale,
    };
    const drawn = await draw(
      plain,
      { ...request, sampler: plain.base.folder.sampler },
      { turn, onStep() {} },
    );
    latents.push(drawn.latents);
    captions.push(encodeAll(plain.tokenizer, [prompt]));
    onPreparing('recalling', picture + 1, priorPictures);
  }
  const joined = together(latents);
  const each = joined.data.length / priorPictures;
  return {
    latents: joined,
    captions,
    lossWeights: float32(
      joined.dims,
      joined.data.map(() => 1 / each),
    ),
  };
}

/**
 * Half a batch of taught pictures and half of the class's. The loss is the mean of the first half's errors within their
 * boxes, plus `priorWeight` times that of the second's.
 */
export function joinedBatches(
  taught: { next(): Batch },
  prior: { next(): Batch },
  priorWeight: number,
): { next(): Batch } {
  return {
    next() {
      const halves = [taught.next(), prior.next()] as const;
      const both = (of: (batch: Batch) => Tensor) =>
        together(halves.map((half) => of(half) as Tensor<'float32'>));
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
        lossWeights: together(weights),
      };
    },
  };
}

/** Numbers that no other part of the lesson draws. */
const priorStream = 1;

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  const keyed = items.map((item) => ({ item, key: random.uniform() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

/** Tensors one after another along their first axis. */
function together(parts: readonly Tensor<'float32'>[]): Tensor<'float32'> {
  const [, ...size] = parts[0]?.dims ?? [];
  const rows = parts.reduce((sum, { dims }) => sum + (dims[0] ?? 0), 0);
  return float32([rows, ...size], flat(parts.map(({ data }) => data)));
}

function flat(parts: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
