import type { PixelImage } from '../pictures/image.ts';
import type { Session } from '../runtime/runtime.ts';
import type { AutoencoderConfig } from './nets/autoencoder.ts';
import { encodeImages } from './stages/autoencoder.ts';

const encodedTogether = 32;

/**
 * Mean latents of all pictures, brought to unit variance, and the factor that did so: the model's `scaling_factor`.
 * @param known the factor, where it is not to be found anew
 */
export async function encodeDataset(
  encoder: Session,
  config: AutoencoderConfig,
  images: readonly PixelImage[],
  onProgress: (done: number) => void,
  known?: number,
): Promise<{ readonly latents: Float32Array; readonly scale: number }> {
  const size = config.latentChannels * (config.pixels / 4) ** 2;
  const latents = new Float32Array(images.length * size);
  for (let start = 0; start < images.length; start += encodedTogether) {
    const batch = images.slice(start, start + encodedTogether);
    latents.set(await encodeImages(encoder, config, batch), start * size);
    onProgress(start + batch.length);
  }
  const scale = known ?? 1 / standardDeviation(latents);
  for (let i = 0; i < latents.length; i++) latents[i] = (latents[i] as number) * scale;
  return { latents, scale };
}

function standardDeviation(values: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return Math.sqrt(squares / values.length - mean * mean);
}
