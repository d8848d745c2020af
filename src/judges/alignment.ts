import { mean } from '../numbers.ts';

/** CLIPScore's w (Hessel et al. 2021, eq. 1), which the paper's table has in it. */
const scoreFactor = 2.5;

/**
 * CLIP-I in percent, −100 to 100: the mean cosine of all pairs of a picture and a reference (Kumari et al. 2023, §4).
 * @param pictures unit-length embeddings, as are the references
 */
export function clipI(pictures: readonly Float32Array[], references: readonly Float32Array[]): number {
  return 100 * mean(pictures.flatMap((picture) => references.map((reference) => cosine(picture, reference))));
}

/**
 * CLIP-T in percent, 0 to 250: 2.5·max(cos, 0) of a picture and its prompt (Hessel et al. 2021, eq. 1), which is what the
 * paper's table tells. With OpenAI's CLIP it stays well below 100; another encoder's cosines may be larger.
 */
export function clipT(picture: Float32Array, text: Float32Array): number {
  return 100 * scoreFactor * Math.max(cosine(picture, text), 0);
}

/** The vector scaled to length 1. */
export function unitLength(values: Float32Array): Float32Array {
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => value / length);
}

/** Of unit-length vectors. */
export function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new RangeError(`embeddings of ${a.length} and ${b.length} numbers`);
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}
