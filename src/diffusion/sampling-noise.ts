import { float32 } from '../onnx/tensor.ts';
import { gaussianNoise } from '../random.ts';
import type { Sampling } from './denoise.ts';

/** What decides all noise of a picture: the same gives the same picture, alone or among others. */
export interface NoiseSource {
  readonly seed: number;
  /** The picture's number among those of the seed, below 65,536. */
  readonly picture: number;
}

/** Streams of a seed between the noise that pictures start from and that after an evaluation. */
const streamsApart = 2 ** 16;

/**
 * The noise that pictures start from, and what they get on the way where the sampler adds some.
 * @param size of one picture's latents, [channels, height, width]
 */
export function samplingNoise(
  sources: readonly NoiseSource[],
  size: readonly [number, number, number],
): Pick<Sampling, 'noise' | 'noiseAfter'> {
  const [channels, height, width] = size;
  const length = channels * height * width;
  const drawn = (offset: number) => {
    const noise = float32([sources.length, ...size]);
    for (const [index, { seed, picture }] of sources.entries())
      noise.data.set(gaussianNoise(seed, offset + picture, length), index * length);
    return noise;
  };
  return { noise: drawn(0), noiseAfter: (evaluation) => drawn(streamsApart * (1 + evaluation)).data };
}
