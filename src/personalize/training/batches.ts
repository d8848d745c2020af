import { embedForHeads, ownPositions } from '../../diffusion/layered-text.ts';
import type { TaughtModel } from '../../diffusion/taught-model.ts';
import type { Encoding } from '../../diffusion/tokenizer.ts';
import type { DenoisingBatch } from '../../diffusion/training/denoising-step.ts';
import { float32, type Tensor } from '../../onnx/tensor.ts';
import type { Random, RandomState } from '../../random.ts';
import type { Lesson, Turns } from '../method.ts';
import { encodeAll } from '../texts.ts';
import { objectiveOf } from './objective.ts';

/** Pictures as latents with the encoded captions of each. */
export interface Examples {
  /** [pictures, channels, height, width] */
  readonly latents: Tensor<'float32'>;
  readonly captions: readonly (readonly Encoding[])[];
  /** What each element counts in the loss, where not all count the same; shaped as the latents. */
  readonly lossWeights?: Tensor<'float32'>;
}

export interface Batch extends DenoisingBatch {
  /** The captions' ids, to find where an embedding's gradient belongs. */
  readonly encodings: readonly Encoding[];
}

/** Batches without end. What is still to come depends on nothing but the state, which is plain JSON. */
export interface Batches {
  next(): Batch;
  state(): unknown;
  restore(state: unknown): void;
}

interface BatchesState {
  /** Pictures still to come before all come again. */
  readonly order: readonly number[];
  readonly random: RandomState;
}

/** The lesson's own pictures and captions. */
export async function taughtExamples(
  { pictures, captions }: Pick<Lesson, 'pictures' | 'captions'>,
  { base, tokenizer }: TaughtModel,
  { turn }: Turns,
): Promise<Examples> {
  const latents = await turn(() => base.autoencoder.encode(pictures));
  return { latents, captions: captions.map((texts) => encodeAll(tokenizer, texts)) };
}

/** Draws batches of the model's objective, at timesteps spread over the batch by their weight. */
export function createBatches(model: TaughtModel, examples: Examples, size: number, random: Random): Batches {
  const { timestepQuantile, noisedExample } = objectiveOf(model.base.folder.scheduler);
  const [pictures = 0, channels = 0, height = 0, width = 0] = examples.latents.dims;
  const length = channels * height * width;
  const dims = [size, channels, height, width];
  let order: number[] = [];

  /** Every picture once before any comes again. */
  const nextPicture = (): number => {
    if (order.length === 0) order = permutation(pictures, random);
    return order.pop() as number;
  };

  return {
    next() {
      const [clean, noise] = [float32(dims), float32(dims)];
      const lossWeights = examples.lossWeights && float32(dims);
      const timesteps: number[] = [];
      const encodings: Encoding[] = [];
      for (let entry = 0; entry < size; entry++) {
        const picture = nextPicture();
        const captions = examples.captions[picture] as readonly Encoding[];
        timesteps.push(timestepQuantile((entry + random.uniform()) / size));
        const of = ({ data }: Tensor<'float32'>) => data.subarray(picture * length, (picture + 1) * length);
        clean.data.set(of(examples.latents), entry * length);
        if (examples.lossWeights) lossWeights?.data.set(of(examples.lossWeights), entry * length);
        for (let i = 0; i < length; i++) noise.data[entry * length + i] = random.normal();
        encodings.push(captions[random.integer(captions.length)] as Encoding);
      }
      return {
        ...noisedExample(clean, noise, timesteps),
        timesteps,
        encodings,
        ...(lossWeights && { lossWeights }),
        embeddings: embedForHeads(model, encodings),
        positions: ownPositions(model, encodings),
      };
    },
    state: (): BatchesState => ({ order, random: random.state() }),
    restore(state) {
      const kept = state as BatchesState;
      order = [...kept.order];
      random.restore(kept.random);
    },
  };
}

/** 0 to `count` − 1 in a random order (Fisher & Yates 1938). */
function permutation(count: number, random: Random): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}
