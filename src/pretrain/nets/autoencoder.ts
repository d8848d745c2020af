import { ints } from '../../onnx/builder.ts';
import { conv, groupNorm, patches, resnet, silu, upsample } from './layers.ts';
import type { Net } from './net.ts';

/** Shape of the autoencoder, which works on 2×2-pixel patches and halves them once: a factor of 4 in height and width. */
export interface AutoencoderConfig {
  readonly pixels: number;
  readonly latentChannels: number;
  /** Channels at half and at quarter resolution. */
  readonly encoderChannels: readonly [half: number, quarter: number];
  readonly decoderChannels: readonly [half: number, quarter: number];
}

export const autoencoderConfig: AutoencoderConfig = {
  pixels: 64,
  latentChannels: 8,
  encoderChannels: [32, 64],
  decoderChannels: [48, 112],
};

const patch = 2;
const patchChannels = 3 * patch * patch;

/** Picture [batch, 3, height, width] in −1…1 to mean and log-variance [batch, 2·latent channels, height/4, width/4]. */
export function encoder(net: Net, config: AutoencoderConfig, image: string): string {
  const [half, quarter] = config.encoderChannels;
  let x = conv(net, 'encoder.conv_in', patches(net, image, config.pixels, patch), patchChannels, half);
  x = resnet(net, 'encoder.down_blocks.0.resnets.0', x, half, half);
  x = conv(net, 'encoder.down_blocks.0.downsamplers.0.conv', x, half, quarter, { stride: 2 });
  x = resnet(net, 'encoder.down_blocks.1.resnets.0', x, quarter, quarter);
  x = resnet(net, 'encoder.mid_block.resnets.0', x, quarter, quarter);
  x = silu(net, groupNorm(net, 'encoder.conv_norm_out', x, quarter));
  return conv(net, 'encoder.conv_out', x, quarter, 2 * config.latentChannels);
}

/** Latents [batch, latent channels, height, width] to a picture [batch, 3, 4·height, 4·width] in about −1…1. */
export function decoder(net: Net, config: AutoencoderConfig, latents: string): string {
  const [half, quarter] = config.decoderChannels;
  const { builder } = net;
  const side = config.pixels / patch;
  let x = conv(net, 'decoder.conv_in', latents, config.latentChannels, quarter);
  x = resnet(net, 'decoder.mid_block.resnets.0', x, quarter, quarter);
  x = resnet(net, 'decoder.up_blocks.0.resnets.0', x, quarter, quarter);
  x = upsample(net, conv(net, 'decoder.up_blocks.0.upsamplers.0.conv', x, quarter, half));
  x = resnet(net, 'decoder.up_blocks.1.resnets.0', x, half, half);
  x = resnet(net, 'decoder.up_blocks.1.resnets.1', x, half, half);
  x = silu(net, groupNorm(net, 'decoder.conv_norm_out', x, half));
  x = conv(net, 'decoder.conv_out', x, half, patchChannels);
  const split = builder.op('Reshape', [x, builder.ints([0, 3, patch, patch, side, side])]);
  const grid = builder.op('Transpose', [split], { perm: ints([0, 1, 4, 2, 5, 3]) });
  return builder.op('Reshape', [grid, builder.ints([0, 3, config.pixels, config.pixels])]);
}

/** z = mean + exp(½ log variance)·noise (Kingma & Welling 2014, §2.4). Returns latents, mean and log-variance. */
export function sampleLatents(net: Net, config: AutoencoderConfig, parameters: string, noise: string) {
  const { builder } = net;
  const half = (start: number) =>
    builder.op('Slice', [parameters, ...[[start], [start + config.latentChannels], [1]].map(builder.ints)]);
  const mean = half(0);
  const logVariance = half(config.latentChannels);
  const deviation = builder.op('Exp', [builder.op('Mul', [logVariance, builder.scalar(0.5)])]);
  return { mean, logVariance, latents: builder.op('Add', [mean, builder.op('Mul', [deviation, noise])]) };
}
