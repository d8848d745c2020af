import { pixelValues } from '../diffusion/preprocessing.ts';
import type { Tokenizer } from '../diffusion/tokenizer.ts';
import { float32, int64, type Tensor } from '../onnx/tensor.ts';
import type { PixelImage } from '../pictures/image.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { unitLength } from './alignment.ts';
import { readClipFolder } from './clip-folder.ts';
import { openHalves } from './clip-halves.ts';

/** An image–text encoder pair (Radford et al. 2021): the cosine of two embeddings tells how well two things go together. */
export interface Clip {
  /** Unit-length embeddings, one a picture; pictures may have any sizes. */
  imageEmbeddings(images: readonly PixelImage[]): Promise<readonly Float32Array[]>;
  /** Unit-length embeddings, one a text; of a text that is longer than the model reads, of its beginning. */
  textEmbeddings(texts: readonly string[]): Promise<readonly Float32Array[]>;
  release(): Promise<void>;
}

const mostTogether = 32;

/**
 * Opens a folder in the layout of CLIP's public ONNX exports, ours or a published model's: {@link readClipFolder}.
 * Raises 'invalid-model', naming the file and what to do.
 */
export async function openClip(runtime: Runtime, folder: string): Promise<Clip> {
  const files = await readClipFolder(folder);
  const { tokenizer, preprocessing } = files;
  const halves = await openHalves(runtime, files.graphs);
  const { height, width } = preprocessing.crop;
  /** A graph that holds both halves wants both inputs, whichever output is asked for. */
  const standIns = {
    pixel_values: float32([1, 3, height, width]),
    ...textFeeds(tokenizer, ['']),
  };

  return {
    imageEmbeddings: (images) =>
      inBatches(images, async (batch) => {
        const feeds = { ...standIns, pixel_values: pixelValues(batch, preprocessing) };
        return (await halves.vision.run(feeds, ['image_embeds'])).image_embeds;
      }),
    textEmbeddings: (texts) =>
      inBatches(texts, async (batch) => {
        const feeds = { ...standIns, ...textFeeds(tokenizer, batch) };
        return (await halves.text.run(feeds, ['text_embeds'])).text_embeds;
      }),
    async release() {
      for (const session of new Set([halves.text, halves.vision])) await session.release();
    },
  };
}

/** Ids [texts, tokens], and a mask of those that are no padding. */
function textFeeds(tokenizer: Tokenizer, texts: readonly string[]): Readonly<Record<string, Tensor>> {
  const shape = [texts.length, tokenizer.maxTokens];
  const encodings = texts.map((text) => tokenizer.encode(text));
  const masks = encodings.flatMap(({ ids, length }) => Array.from(ids, (_, at) => (at < length ? 1 : 0)));
  return {
    input_ids: int64(
      shape,
      encodings.flatMap(({ ids }) => [...ids]),
    ),
    attention_mask: int64(shape, masks),
  };
}

/** Embeds a bounded number at a time, and brings each row of the answers to unit length. */
async function inBatches<T>(
  all: readonly T[],
  embed: (batch: readonly T[]) => Promise<Tensor | undefined>,
): Promise<readonly Float32Array[]> {
  const embeddings: Float32Array[] = [];
  for (let start = 0; start < all.length; start += mostTogether) {
    const batch = all.slice(start, start + mostTogether);
    const values = (await embed(batch))?.data as Float32Array;
    const width = values.length / batch.length;
    for (let at = 0; at < values.length; at += width)
      embeddings.push(unitLength(values.subarray(at, at + width)));
  }
  return embeddings;
}
