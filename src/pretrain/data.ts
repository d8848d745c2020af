import type { PixelImage } from '../pictures/image.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type Drawing, sampleParticularDrawing, sampleUnusualDrawing, seededRandom } from '../world/index.ts';
import { keptDrawings, renderDrawings, sampleDrawings } from './dataset.ts';
import type { DrawnPictures } from './drawn-pictures.ts';
import { encodeDataset } from './latents.ts';
import { autoencoderConfig } from './nets/autoencoder.ts';
import type { Parameters } from './nets/net.ts';
import { decoderGraph, encoderGraph } from './shipped/graphs.ts';
import { repaintings, weightsOfThings } from './small-things.ts';
import { decodeLatents } from './stages/autoencoder.ts';
import { stopWhereAborted } from './stopping.ts';

/** Of these many drawings there are further pictures: as the autoencoder leaves them, of what only teaching shows, and in unusual colours. */
const furtherPictures = 20_000;
const heldOutPictures = 240;
const decodedTogether = 32;
const { pixels, latentChannels } = autoencoderConfig;

export interface DataOptions {
  readonly runtime: Runtime;
  /** Folder that rendered pictures are kept in. */
  readonly run: string;
  readonly seed: number;
  readonly drawings: number;
  /** Ends the work between two pictures. */
  readonly signal?: AbortSignal;
  onProgress(progress: { readonly stage: string; readonly step: number; readonly steps: number }): void;
}

/** Drawings of the world with their pictures, and drawings of another seed, which no stage learns from. */
export async function drawnData(
  options: DataOptions,
): Promise<{ readonly drawn: DrawnPictures; readonly heldOut: DrawnPictures }> {
  const { run, seed } = options;
  const drawings = sampleDrawings(seed, options.drawings);
  const images = await keptDrawings(run, 'pictures', drawings, pixels, counted(options, 'drawing', drawings));
  const others = sampleDrawings(seed + 1, heldOutPictures);
  return {
    drawn: { drawings, images },
    heldOut: { drawings: others, images: await Array.fromAsync(renderDrawings(others, pixels)) },
  };
}

/** Drawings of what only teaching shows, for a network that must know it. */
export function particularData(options: DataOptions): Promise<DrawnPictures> {
  const random = seededRandom(options.seed + 2);
  return furtherData(options, 'particulars', 'drawing what is taught', () => sampleParticularDrawing(random));
}

/** Drawings in colours that the training world does not have. */
export function unusualData(options: DataOptions): Promise<DrawnPictures> {
  const random = seededRandom(options.seed + 3);
  return furtherData(options, 'unusual', 'drawing in other colours', () => sampleUnusualDrawing(random));
}

async function furtherData(
  options: DataOptions,
  name: string,
  stage: string,
  sample: () => Drawing,
): Promise<DrawnPictures> {
  const drawings = Array.from({ length: Math.min(furtherPictures, options.drawings) }, sample);
  const progress = counted(options, stage, drawings);
  return { drawings, images: await keptDrawings(options.run, name, drawings, pixels, progress) };
}

/**
 * Latents of all pictures at unit variance, and what they were multiplied with.
 * @param scale what to multiply with, where a model that is shipped already says it
 */
export async function latentData(
  options: DataOptions,
  { images }: DrawnPictures,
  autoencoder: Parameters,
  scale: number | undefined,
): Promise<{ readonly latents: Float32Array; readonly scale: number }> {
  const encoder = await options.runtime.open(encoderGraph(autoencoderConfig, autoencoder));
  const progress = counted(options, 'encoding', images);
  const encoded = await encodeDataset(encoder, autoencoderConfig, images, progress, scale);
  await encoder.release();
  return encoded;
}

/** For each drawing, how much an error of its latents counts, by their cells: more where something small is. */
export async function weightData(
  options: DataOptions,
  { drawings, images }: DrawnPictures,
): Promise<readonly Float32Array[]> {
  const progress = counted(options, 'looking for small things', drawings);
  const weights: Float32Array[] = [];
  for (const [index, drawing] of drawings.entries()) {
    const others = await Array.fromAsync(renderDrawings(repaintings(drawing), pixels));
    weights.push(weightsOfThings(images[index] as PixelImage, others, 4));
    progress(index + 1);
  }
  return weights;
}

/** The first drawings with their pictures, and those pictures as the autoencoder leaves them. */
export async function softenedData(
  options: DataOptions,
  { drawings, images }: DrawnPictures,
  autoencoder: Parameters,
  { latents, scale }: { readonly latents: Float32Array; readonly scale: number },
): Promise<Required<DrawnPictures>> {
  const decoder = await options.runtime.open(decoderGraph(autoencoderConfig, autoencoder));
  const first = images.slice(0, furtherPictures);
  const size = latentChannels * (pixels / 4) ** 2;
  const softened = [];
  for (let start = 0; start < first.length; start += decodedTogether) {
    const end = Math.min(first.length, start + decodedTogether);
    const own = latents.slice(start * size, end * size).map((value) => value / scale);
    softened.push(...(await decodeLatents(decoder, autoencoderConfig, own)));
    counted(options, 'softening', first)(end);
  }
  await decoder.release();
  return { drawings: drawings.slice(0, first.length), images: first, softened };
}

/** Tells how many are done, and raises 'cancelled' where the work is to end. */
function counted({ onProgress, signal }: DataOptions, stage: string, { length }: readonly unknown[]) {
  return (step: number) => {
    onProgress({ stage, step, steps: length });
    stopWhereAborted(signal);
  };
}
