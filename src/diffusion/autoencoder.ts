import { joinTensors } from '../onnx/join.ts';
import { readModelFile } from '../onnx/model-file.ts';
import { float32, type Tensor } from '../onnx/tensor.ts';
import type { PixelImage } from '../pictures/image.ts';
import { raise } from '../result.ts';
import { orRelease } from '../runtime/or-release.ts';
import type { Runtime, Session } from '../runtime/runtime.ts';
import { partsOf } from './filled-up.ts';
import type { ModelFolder } from './model-folder.ts';
import { namingRuntime } from './naming-runtime.ts';

/** Pictures to latents and back. Latents are as the U-Net sees them, scaled and shifted. */
export interface Autoencoder {
  /** Mean latents, [pictures, channels, height, width]. Raises 'invalid-model' where the model has no encoder. */
  encode(images: readonly PixelImage[]): Promise<Tensor<'float32'>>;
  /** Pictures of latents [pictures, channels, height, width]. */
  decode(latents: Tensor): Promise<readonly PixelImage[]>;
  /** The graphs as they are: planes in −1…1 to mean and log-variance, unscaled latents to planes. */
  readonly raw: { encode(planes: Tensor): Promise<Tensor>; decode(latents: Tensor): Promise<Tensor> };
  release(): Promise<void>;
}

/** Pixels that are encoded in one run, at most: the first layers hold 128 numbers of each, several times over, which is half a gigabyte. */
const pixelsTogether = 2 ** 18;

/** Opens both graphs of the autoencoder. Raises 'invalid-model' where a file is damaged or the runtime cannot open it. */
export async function openAutoencoder(runtime: Runtime, folder: ModelFolder): Promise<Autoencoder> {
  const { latents, pixels, latentScale, latentShift } = folder;
  const { vaeDecoder, vaeEncoder } = folder.graphs;
  const latentDims = [1, latents.channels, latents.height, latents.width];
  const { decoder, encoder } = await orRelease(async (keep) => ({
    decoder: keep(await openGraph(runtime, vaeDecoder, latentDims)),
    encoder:
      vaeEncoder === undefined
        ? undefined
        : await openGraph(runtime, vaeEncoder, [1, 3, pixels.height, pixels.width]),
  }));
  const raw = {
    encode: (planes: Tensor) => only(encoder ?? noEncoder(), planes),
    decode: (unscaled: Tensor) => only(decoder, unscaled),
  };

  /** One picture at a time where a runtime opens a session for every number of them, and few where they are large. */
  async function encodedParts(images: readonly PixelImage[]): Promise<readonly Tensor<'float32'>[]> {
    const { width = 1, height = 1 } = images[0] ?? {};
    const together = runtime.fixesShapes ? 1 : Math.max(1, Math.floor(pixelsTogether / (width * height)));
    const means: Tensor<'float32'>[] = [];
    for (const part of partsOf(images, together))
      means.push(leadingHalf(await raw.encode(planesOf(part)), latents.channels));
    return means;
  }

  return {
    raw,
    async encode(images) {
      const means = joinTensors(await encodedParts(images));
      means.data.forEach((value, i) => {
        means.data[i] = (value - latentShift) * latentScale;
      });
      return means;
    },
    async decode({ dims, data }) {
      const unscaled = (data as Float32Array).map((value) => value / latentScale + latentShift);
      return imagesOf(await raw.decode(float32(dims, unscaled)));
    },
    async release() {
      await decoder.release();
      await encoder?.release();
    },
  };
}

/**
 * Read once before the runtime reads it, for a sentence that says what is wrong with the file.
 * @param dims of its input, for one picture of the model's own size
 */
async function openGraph(runtime: Runtime, path: string, dims: readonly number[]): Promise<Session> {
  const [input] = (await readModelFile(path)).graph.inputs;
  return namingRuntime(runtime, path).open({ path }, { prepare: { [input?.name ?? '']: dims } });
}

function noEncoder(): never {
  return raise(
    'invalid-model',
    'This model came without vae_encoder/model.onnx, so it can draw but not be taught. Export it anew with the encoder.',
  );
}

async function only(session: Session, input: Tensor): Promise<Tensor> {
  const results = await session.run({ [session.inputNames[0] ?? '']: input });
  return results[session.outputNames[0] ?? ''] as Tensor;
}

/** Exports give mean and log-variance as 2·channels; some give the mean alone as channels. */
function leadingHalf(parameters: Tensor, channels: number): Tensor<'float32'> {
  const [count = 0, given = 0, height = 0, width = 0] = parameters.dims;
  const size = channels * height * width;
  const means = float32([count, channels, height, width]);
  for (let index = 0; index < count; index++) {
    const start = index * given * height * width;
    means.data.set((parameters.data as Float32Array).subarray(start, start + size), index * size);
  }
  return means;
}

/** Pictures of one size as planes in −1…1, [pictures, 3, height, width]. */
export function planesOf(images: readonly PixelImage[]): Tensor<'float32'> {
  const { width = 0, height = 0 } = images[0] ?? {};
  const plane = width * height;
  const result = float32([images.length, 3, height, width]);
  images.forEach(({ rgb }, index) => {
    for (let i = 0; i < 3 * plane; i++) {
      const [pixel, channel] = [Math.floor(i / 3), i % 3];
      result.data[(3 * index + channel) * plane + pixel] = (rgb[i] as number) / 127.5 - 1;
    }
  });
  return result;
}

/** Planes in about −1…1 as 8-bit pictures, clamped. */
export function imagesOf(planes: Tensor): readonly PixelImage[] {
  const [count = 0, , height = 0, width = 0] = planes.dims;
  const plane = width * height;
  return Array.from({ length: count }, (_, index) => {
    const rgb = new Uint8Array(3 * plane);
    for (let i = 0; i < 3 * plane; i++) {
      const [pixel, channel] = [Math.floor(i / 3), i % 3];
      const value = planes.data[(3 * index + channel) * plane + pixel] as number;
      rgb[i] = Math.min(255, Math.max(0, Math.round(value * 127.5 + 127.5)));
    }
    return { width, height, rgb };
  });
}
