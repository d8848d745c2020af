import type { PixelImage } from '../pictures/image.ts';

/** What was read in a picture, by attribute name: `left.class`, `right.hatColour`, `scene`, `styleParticular` … */
export type Reading = Readonly<Record<string, { readonly value: string; readonly probability: number }>>;

/** Tells what pictures of the sketchbook world show. */
export interface AttributeReader {
  read(images: readonly PixelImage[]): Promise<readonly Reading[]>;
  release(): Promise<void>;
}

/** An image–text encoder pair, as CLIP is one. */
export interface ImageTextEncoder {
  /** Unit-length embeddings, one a picture. */
  imageEmbeddings(images: readonly PixelImage[]): Promise<readonly Float32Array[]>;
  /** Unit-length embeddings, one a text. */
  textEmbeddings(texts: readonly string[]): Promise<readonly Float32Array[]>;
  release(): Promise<void>;
}

/** Those who judge pictures. */
export interface Judges {
  readonly encoder: ImageTextEncoder;
  readonly reader: AttributeReader;
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
