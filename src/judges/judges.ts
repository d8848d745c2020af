import type { PixelImage } from '../pictures/image.ts';
import type { Clip } from './clip.ts';
import type { Reader, Reading } from './reader.ts';

/** Those who judge pictures. */
export interface Judges {
  readonly encoder: Clip;
  readonly reader: Reader;
}

/** What the judges say of one picture. */
export interface Judged {
  readonly embedding: Float32Array;
  readonly reading: Reading;
}

const judgedTogether = 16;

/** What the judges say of each picture, a few at a time. */
export async function judge(
  { encoder, reader }: Judges,
  images: readonly PixelImage[],
): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  for (let first = 0; first < images.length; first += judgedTogether) {
    const some = images.slice(first, first + judgedTogether);
    const embeddings = await encoder.imageEmbeddings(some);
    const readings = await reader.read(some);
    for (const [i, embedding] of embeddings.entries())
      judged.push({ embedding, reading: readings[i] as Reading });
  }
  return judged;
}
