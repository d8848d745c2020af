import { int, ints } from '../../onnx/builder.ts';
import { float32 } from '../../onnx/tensor.ts';
import { attention, conv, groupNorm, layerNorm, linear, resnet, silu, upsample } from './layers.ts';
import type { Net } from './net.ts';

/** `channels` has an entry for each level, the outermost first; each level has half the resolution of the one before. */
export interface UNetConfig {
  readonly latentChannels: number;
  readonly channels: readonly number[];
  readonly contextWidth: number;
  readonly headWidth: number;
  /** Levels, from the outermost, whose blocks attend to the text. */
  readonly crossAttention: readonly boolean[];
  /** Levels whose blocks also attend to themselves; it costs most where the picture is largest. */
  readonly selfAttention: readonly boolean[];
}

/** Noisy latents, timesteps [batch] and text states to the predicted velocity (Rombach et al. 2022, §3.3; layout and names of diffusers). */
export function unet(
  net: Net,
  config: UNetConfig,
  sample: string,
  timestep: string,
  context: string,
): string {
  const { channels } = config;
  const [first = 0] = channels;
  const time = timeEmbedding(net, timestep, first);
  const block = (name: string, index: number, x: string, from: number, level: number) => {
    const to = channels[level] ?? 0;
    const hidden = resnet(net, `${name}.resnets.${index}`, x, from, to, time);
    return config.crossAttention[level]
      ? transformer(net, config, `${name}.attentions.${index}`, hidden, context, level)
      : hidden;
  };

  let x = conv(net, 'conv_in', sample, config.latentChannels, first);
  let width = first;
  const skips: { readonly value: string; readonly width: number }[] = [{ value: x, width }];
  const push = () => skips.push({ value: x, width });
  channels.forEach((to, level) => {
    x = block(`down_blocks.${level}`, 0, x, width, level);
    width = to;
    push();
    if (level === channels.length - 1) return;
    x = conv(net, `down_blocks.${level}.downsamplers.0.conv`, x, width, width, { stride: 2 });
    push();
  });

  const last = channels.length - 1;
  x = resnet(net, 'mid_block.resnets.0', x, width, width, time);
  x = transformer(net, config, 'mid_block.attentions.0', x, context, last);
  x = resnet(net, 'mid_block.resnets.1', x, width, width, time);

  channels.toReversed().forEach((to, index) => {
    const level = last - index;
    for (const layer of [0, 1]) {
      const skip = skips.pop() as { readonly value: string; readonly width: number };
      const joined = net.builder.op('Concat', [x, skip.value], { axis: int(1) });
      x = block(`up_blocks.${index}`, layer, joined, width + skip.width, level);
      width = to;
    }
    if (level > 0) x = conv(net, `up_blocks.${index}.upsamplers.0.conv`, upsample(net, x), width, width);
  });
  return conv(
    net,
    'conv_out',
    silu(net, groupNorm(net, 'conv_norm_out', x, first)),
    first,
    config.latentChannels,
    { zero: true },
  );
}

/** Sinusoids of the timestep (Vaswani et al. 2017, §3.5) through two linear layers. */
function timeEmbedding(net: Net, timestep: string, channels: number) {
  const { builder } = net;
  const half = channels / 2;
  const width = 4 * channels;
  const frequencies = Float32Array.from({ length: half }, (_, index) =>
    Math.exp((-Math.log(10_000) * index) / half),
  );
  const steps = builder.op('Reshape', [
    builder.op('Cast', [timestep], { to: int(1) }),
    builder.ints([-1, 1]),
  ]);
  const angles = builder.op('Mul', [steps, builder.constant(float32([1, half], frequencies))]);
  const waves = builder.op('Concat', [builder.op('Cos', [angles]), builder.op('Sin', [angles])], {
    axis: int(-1),
  });
  const hidden = silu(net, linear(net, 'time_embedding.linear_1', waves, channels, width));
  return { embedding: silu(net, linear(net, 'time_embedding.linear_2', hidden, width, width)), width };
}

/** Attention to itself where the level has it, to the text, and a feed-forward layer, each around a residual. */
function transformer(
  net: Net,
  config: UNetConfig,
  name: string,
  x: string,
  context: string,
  level: number,
): string {
  const { builder } = net;
  const width = config.channels[level] ?? 0;
  const heads = width / config.headWidth;
  const inner = `${name}.transformer_blocks.0`;
  const normalized = groupNorm(net, `${name}.norm`, x, width);
  const flat = builder.op('Transpose', [builder.op('Reshape', [normalized, builder.ints([0, width, -1])])], {
    perm: ints([0, 2, 1]),
  });
  let tokens = linear(net, `${name}.proj_in`, flat, width, width);
  if (config.selfAttention[level]) {
    const query = layerNorm(net, `${inner}.norm1`, tokens, width);
    tokens = builder.op('Add', [tokens, attention(net, `${inner}.attn1`, query, query, width, { heads })]);
  }
  const query = layerNorm(net, `${inner}.norm2`, tokens, width);
  const crossed = attention(net, `${inner}.attn2`, query, context, width, {
    heads,
    contextWidth: config.contextWidth,
  });
  tokens = builder.op('Add', [tokens, crossed]);
  const hidden = silu(
    net,
    linear(net, `${inner}.ff.net.0.proj`, layerNorm(net, `${inner}.norm3`, tokens, width), width, 2 * width),
  );
  tokens = builder.op('Add', [tokens, linear(net, `${inner}.ff.net.2`, hidden, 2 * width, width)]);
  const projected = linear(net, `${name}.proj_out`, tokens, width, width, { zero: true });
  const picture = builder.op('Transpose', [projected], { perm: ints([0, 2, 1]) });
  return builder.op('Add', [x, builder.op('Reshape', [picture, builder.op('Shape', [x])])]);
}
