import { imagesOf, planesOf } from '../../diffusion/autoencoder.ts';
import { type GraphBuilder, int } from '../../onnx/builder.ts';
import { float32, type Tensor } from '../../onnx/tensor.ts';
import type { PixelImage } from '../../pictures/image.ts';
import type { Uniform } from '../../random.ts';
import type { Runtime, Session } from '../../runtime/runtime.ts';
import { type AutoencoderConfig, decoder, encoder, sampleLatents } from '../nets/autoencoder.ts';
import { createNet, type Net, type Parameters } from '../nets/net.ts';
import { gaussian } from '../nets/random.ts';
import { pictureSheet } from '../sheets/pictures.ts';
import { decoderGraph, encoderGraph } from '../shipped/graphs.ts';
import type { Stage } from '../stage.ts';

/** Weight of the pull towards standard normal latents; small, so that pictures stay sharp (Rombach et al. 2022, §3.1). */
const divergenceWeight = 2e-5;
const absoluteErrorWeight = 0.5;

export interface AutoencoderStageOptions {
  readonly runtime: Runtime;
  readonly config: AutoencoderConfig;
  readonly images: readonly PixelImage[];
  readonly heldOut: readonly PixelImage[];
  readonly steps: number;
  readonly batch: number;
  readonly parts: number;
  readonly seed: number;
}

/** Trains encoder and decoder together on plain reconstruction, with a light pull of latents towards a standard normal. */
export function autoencoderStage(options: AutoencoderStageOptions): Stage {
  const { runtime, config, images, heldOut, batch } = options;
  return {
    name: 'autoencoder',
    steps: options.steps,
    parts: options.parts,
    seed: options.seed,
    learningRate: 2e-3,
    averageDecay: 0.995,
    weightDecay: 0,
    sheetEverySteps: 250,
    net: (random, known) => autoencoderLoss(config, batch / options.parts, random, known),
    batch: async (random) => randomBatch(config, images, batch, random),
    sheet: async (trainer) =>
      pictureSheet(await reconstructions(runtime, config, trainer.average, heldOut), heldOut.length),
  };
}

/** Training graph: squared and absolute error of the reconstruction plus the latents' divergence from a standard normal. */
function autoencoderLoss(config: AutoencoderConfig, batch: number, random: Uniform, known?: Parameters): Net {
  const net = createNet('autoencoder', random, known);
  const { builder } = net;
  const { pixels, latentChannels } = config;
  const image = builder.input('image', 'float32', [batch, 3, pixels, pixels]);
  const noise = builder.input('noise', 'float32', [batch, latentChannels, pixels / 4, pixels / 4]);
  const { latents, mean, logVariance } = sampleLatents(net, config, encoder(net, config, image), noise);
  const errors = reconstructionLoss(builder, decoder(net, config, latents), image);
  const variance = builder.op('Exp', [logVariance]);
  const divergence = builder.op('Sub', [
    builder.op('Add', [builder.op('Mul', [mean, mean]), variance]),
    logVariance,
  ]);
  const pull = weightedMean(builder, divergence, divergenceWeight);
  builder.output(builder.op('Add', [errors, pull]), 'float32', []);
  return net;
}

/** Mean squared plus half the mean absolute error, a scalar. */
export function reconstructionLoss(builder: GraphBuilder, reconstruction: string, image: string): string {
  const error = builder.op('Sub', [reconstruction, image]);
  const squared = builder.op('Mul', [error, error]);
  const absolute = builder.op('Abs', [error]);
  return builder.op('Add', [
    weightedMean(builder, squared, 1),
    weightedMean(builder, absolute, absoluteErrorWeight),
  ]);
}

function weightedMean(builder: GraphBuilder, value: string, weight: number): string {
  const mean = builder.op('ReduceMean', [value], { keepdims: int(0) });
  return builder.op('Mul', [mean, builder.scalar(weight)]);
}

function randomBatch(
  config: AutoencoderConfig,
  images: readonly PixelImage[],
  batch: number,
  random: Uniform,
): Record<string, Tensor> {
  const { pixels, latentChannels } = config;
  const chosen = Array.from(
    { length: batch },
    () => images[Math.floor(random() * images.length)] as PixelImage,
  );
  const shape = [batch, latentChannels, pixels / 4, pixels / 4];
  const noise = Float32Array.from({ length: batch * latentChannels * (pixels / 4) ** 2 }, () =>
    gaussian(random),
  );
  return { image: planesOf(chosen), noise: float32(shape, noise) };
}

/** Mean latents of pictures, [pictures, latent channels, height/4, width/4], unscaled. */
export async function encodeImages(
  session: Session,
  config: AutoencoderConfig,
  images: readonly PixelImage[],
): Promise<Float32Array> {
  const { latent_parameters } = await session.run({ sample: planesOf(images) });
  const values = latent_parameters?.data as Float32Array;
  const size = config.latentChannels * (config.pixels / 4) ** 2;
  const means = new Float32Array(images.length * size);
  images.forEach((_, index) => {
    means.set(values.subarray(2 * index * size, (2 * index + 1) * size), index * size);
  });
  return means;
}

/**
 * Pictures of latents.
 * @param session of the decoder, `latent_sample` to `sample`
 * @param latents unscaled, [pictures, latent channels, height/4, width/4]
 */
export async function decodeLatents(
  session: Session,
  config: AutoencoderConfig,
  latents: Float32Array,
): Promise<readonly PixelImage[]> {
  const side = config.pixels / 4;
  const count = latents.length / (config.latentChannels * side * side);
  const { sample } = await session.run({
    latent_sample: float32([count, config.latentChannels, side, side], latents),
  });
  return imagesOf(sample as Tensor);
}

/** The pictures, and below each what is left of it after encoding and decoding. */
async function reconstructions(
  runtime: Runtime,
  config: AutoencoderConfig,
  parameters: Parameters,
  images: readonly PixelImage[],
): Promise<readonly PixelImage[]> {
  const encoding = await runtime.open(encoderGraph(config, parameters));
  const decoding = await runtime.open(decoderGraph(config, parameters));
  const decoded = await decodeLatents(decoding, config, await encodeImages(encoding, config, images));
  await encoding.release();
  await decoding.release();
  return [...images, ...decoded];
}
