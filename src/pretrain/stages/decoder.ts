import { planesOf } from '../../diffusion/autoencoder.ts';
import { float32, type Tensor } from '../../onnx/tensor.ts';
import type { PixelImage } from '../../pictures/image.ts';
import type { Uniform } from '../../random.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { autoencoderConfig, decoder } from '../nets/autoencoder.ts';
import { createNet, type Net, type Parameters } from '../nets/net.ts';
import { gaussian } from '../nets/random.ts';
import { pictureSheet } from '../sheets/pictures.ts';
import { decoderGraph } from '../shipped/graphs.ts';
import type { Stage } from '../stage.ts';
import { decodeLatents, reconstructionLoss } from './autoencoder.ts';

/** Standard deviation of what is added to latents of unit variance: those that a small U-Net leaves are not exact either. */
const largestLatentNoise = 0.1;
const shown = 12;

export interface DecoderStageOptions {
  readonly runtime: Runtime;
  readonly images: readonly PixelImage[];
  /** Of the pictures in their order, at unit variance. */
  readonly latents: Float32Array;
  /** What latents were multiplied with. */
  readonly scale: number;
  readonly steps: number;
  readonly batch: number;
  readonly parts: number;
  readonly seed: number;
}

/** Trains the autoencoder's decoder alone: latents stay what they are, and so does every model that was trained on them. */
export function decoderStage(options: DecoderStageOptions): Stage {
  const { runtime, latents, scale, batch } = options;
  return {
    name: 'decoder',
    steps: options.steps,
    parts: options.parts,
    seed: options.seed,
    learningRate: 1e-3,
    averageDecay: 0.998,
    weightDecay: 0,
    sheetEverySteps: 500,
    net: (random, known) => decoderLoss(batch / options.parts, random, known),
    batch: async (random) => noisyLatents(options, random),
    async sheet({ average }) {
      const session = await runtime.open(decoderGraph(autoencoderConfig, average));
      const first = latents.slice(0, shown * latentSize).map((value) => value / scale);
      const decoded = await decodeLatents(session, autoencoderConfig, first);
      await session.release();
      return pictureSheet([...options.images.slice(0, shown), ...decoded], shown);
    },
  };
}

const side = autoencoderConfig.pixels / 4;
const latentSize = autoencoderConfig.latentChannels * side * side;

function decoderLoss(batch: number, random: Uniform, known?: Parameters): Net {
  const net = createNet('decoder', random, known);
  const { builder } = net;
  const { pixels, latentChannels } = autoencoderConfig;
  const latents = builder.input('latents', 'float32', [batch, latentChannels, side, side]);
  const image = builder.input('image', 'float32', [batch, 3, pixels, pixels]);
  const decoded = decoder(net, autoencoderConfig, latents);
  builder.output(reconstructionLoss(builder, decoded, image), 'float32', []);
  return net;
}

function noisyLatents(
  { images, latents, scale, batch }: DecoderStageOptions,
  random: Uniform,
): Readonly<Record<string, Tensor>> {
  const chosen = Array.from({ length: batch }, () => Math.floor(random() * images.length));
  const result = float32([batch, autoencoderConfig.latentChannels, side, side]);
  chosen.forEach((index, entry) => {
    const deviation = largestLatentNoise * random();
    for (let i = 0; i < latentSize; i++) {
      const exact = latents[index * latentSize + i] as number;
      result.data[entry * latentSize + i] = (exact + deviation * gaussian(random)) / scale;
    }
  });
  return { latents: result, image: planesOf(chosen.map((index) => images[index] as PixelImage)) };
}
