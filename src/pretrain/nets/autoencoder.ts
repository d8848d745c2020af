import { float32 } from '../../onnx/tensor.ts';
import { conv, groupNorm, resnet, silu, upsample } from './layers.ts';
import type { Net } from './net.ts';

/** Shape of the autoencoder: channels from full resolution inwards; each further level halves height and width. */
export interface AutoencoderConfig {
  readonly latentChannels: number;
  readonly encoderChannels: readonly number[];
  readonly decoderChannels: readonly number[];
}

export const autoencoderConfig: AutoencoderConfig = {
  latentChannels: 8,
  encoderChannels: [24, 48, 96],
  decoderChannels: [32, 64, 128],
};

/** Picture [batch, 3, height, width] in −1…1 to mean and log-variance [batch, 2·latent channels, height/4, width/4]. */
export function encoder(net: Net, config: AutoencoderConfig, image: string): string {
  const channels = config.encoderChannels;
  let [width = 0] = channels;
  let x = conv(net, 'encoder.conv_in', image, 3, width);
  channels.forEach((next, level) => {
    x = resnet(net, `encoder.down_blocks.${level}.resnets.0`, x, width, next);
    width = next;
    if (level < channels.length - 1) x = conv(net, `encoder.down_blocks.${level}.downsamplers.0.conv`, x, width, width, { stride: 2 });
  });
  x = resnet(net, 'encoder.mid_block.resnets.0', x, width, width);
  x = silu(net, groupNorm(net, 'encoder.conv_norm_out', x, width));
  return conv(net, 'encoder.conv_out', x, width, 2 * config.latentChannels);
}

/** Latents [batch, latent channels, height, width] to a picture [batch, 3, 4·height, 4·width] in about −1…1. */
export function decoder(net: Net, config: AutoencoderConfig, latents: string): string {
  const channels = config.decoderChannels.toReversed();
  let [width = 0] = channels;
  let x = conv(net, 'decoder.conv_in', latents, config.latentChannels, width);
  x = resnet(net, 'decoder.mid_block.resnets.0', x, width, width);
  channels.forEach((next, level) => {
    x = resnet(net, `decoder.up_blocks.${level}.resnets.0`, x, width, next);
    width = next;
    if (level < channels.length - 1) x = conv(net, `decoder.up_blocks.${level}.upsamplers.0.conv`, upsample(net, x), width, width);
  });
  x = silu(net, groupNorm(net, 'decoder.conv_norm_out', x, width));
  return conv(net, 'decoder.conv_out', x, width, 3);
}

/** z = mean + exp(½ log variance)·noise (Kingma & Welling 2014, §2.4). Returns latents, mean and log-variance. */
export function sampleLatents(net: Net, config: AutoencoderConfig, parameters: string, noise: string) {
  const { builder } = net;
  const half = (start: number) =>
    builder.op('Slice', [parameters, ...[[start], [start + config.latentChannels], [1]].map(builder.ints)]);
  const mean = half(0);
  const logVariance = half(config.latentChannels);
  const deviation = builder.op('Exp', [builder.op('Mul', [logVariance, builder.constant(float32([], [0.5]))])]);
  return { mean, logVariance, latents: builder.op('Add', [mean, builder.op('Mul', [deviation, noise])]) };
}
