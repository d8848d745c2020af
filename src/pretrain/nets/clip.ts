import { int, ints } from '../../onnx/builder.ts';
import { elementCodes } from '../../onnx/element-codes.ts';
import { float32, int64 } from '../../onnx/tensor.ts';
import { attention, conv, layerNorm, linear, patches, quickGelu, resnet } from './layers.ts';
import { type Net, scoped } from './net.ts';
import { type TextEncoderConfig, textEncoder } from './text-encoder.ts';

/** Shape of an image–text encoder pair, which sees pictures as 2×2-pixel patches. */
export interface ClipConfig {
  readonly pixels: number;
  /** Channels at half, quarter and eighth resolution; the last is the width of the tokens that places become. */
  readonly channels: readonly [half: number, quarter: number, eighth: number];
  readonly heads: number;
  /** Learned queries that pool the places, each into a part of its own of what the embedding is made from. */
  readonly queries: number;
  readonly text: TextEncoderConfig;
  /** Id of the token that ends a text and pads it. */
  readonly endToken: number;
  /** Width of the space that pictures and texts share. */
  readonly embeddingWidth: number;
}

const patch = 2;
/** Logits are cosines times the exponential of a learned number, which starts as this and is at most ln 100 (Radford et al. 2021, §2.5). */
const initialLogitScale = Math.log(1 / 0.07);
const largestLogitScale = Math.log(100);

/** So that the pair shares no weights with another text encoder, whose weights have the same names within it. */
const scope = 'clip';

/**
 * Picture [batch, 3, height, width] in −1…1 to an embedding [batch, embedding width] of any length. Residual blocks keep
 * small details down to an eighth of the size; there, places become tokens that see each other and are pooled by
 * attention, as in CLIP's ResNets (Radford et al. 2021, §2.4) but by several learned queries (Lee et al. 2019, §3.2), for what
 * is where must survive.
 */
export function imageEncoder(net: Net, config: ClipConfig, image: string): string {
  const vision = scoped(net, `${scope}.vision_model`);
  const { builder } = net;
  const [half, quarter, width] = config.channels;
  let x = conv(vision, 'conv_in', patches(net, image, config.pixels, patch), 3 * patch * patch, half);
  x = resnet(vision, 'down_blocks.0.resnets.0', x, half, half);
  x = conv(vision, 'down_blocks.0.downsamplers.0.conv', x, half, quarter, { stride: 2 });
  x = resnet(vision, 'down_blocks.1.resnets.0', x, quarter, quarter);
  x = conv(vision, 'down_blocks.1.downsamplers.0.conv', x, quarter, width, { stride: 2 });
  x = resnet(vision, 'down_blocks.2.resnets.0', x, width, width);

  const places = (config.pixels / patch / 4) ** 2;
  const flat = builder.op('Reshape', [x, builder.ints([0, width, places])]);
  const positions = vision.parameter('embeddings.position_embedding.weight', [places, width], {
    deviation: 0.01,
  });
  const tokens = builder.op('Add', [builder.op('Transpose', [flat], { perm: ints([0, 2, 1]) }), positions]);
  const pooled = pool(vision, config, block(vision, config, tokens));
  const joined = config.queries * width;
  const parts = builder.op('Reshape', [pooled, builder.ints([0, joined])]);
  const own = scoped(net, scope);
  return linear(own, 'visual_projection', parts, joined, config.embeddingWidth, { bias: false });
}

/** Lets places see each other: self-attention, then two layers for each place. */
function block(net: Net, { channels: [, , width], heads }: ClipConfig, tokens: string): string {
  const name = 'encoder.layers.0';
  const { builder } = net;
  const normalized = layerNorm(net, `${name}.layer_norm1`, tokens, width);
  const attended = attention(net, `${name}.self_attn`, normalized, normalized, width, { heads });
  const seen = builder.op('Add', [tokens, attended]);
  const inner = layerNorm(net, `${name}.layer_norm2`, seen, width);
  const wide = linear(net, `${name}.mlp.fc1`, inner, width, 2 * width);
  return builder.op('Add', [seen, linear(net, `${name}.mlp.fc2`, quickGelu(net, wide), 2 * width, width)]);
}

/** Tokens [batch, places, width] to [batch, queries, width]. */
function pool(net: Net, { channels: [, , width], heads, queries }: ClipConfig, tokens: string): string {
  const query = net.parameter('pool.queries', [1, queries, width], { deviation: 1 });
  const context = layerNorm(net, 'pool.layer_norm', tokens, width);
  const pooled = attention(net, 'pool.attention', query, context, width, { heads });
  return layerNorm(net, 'post_layernorm', pooled, width);
}

/**
 * Ids [batch, tokens] to an embedding [batch, embedding width] of any length: the state of the token that ends the text,
 * which alone has seen all of it (Radford et al. 2021, §2.4), projected.
 */
export function textEmbedding(net: Net, config: ClipConfig, ids: string): string {
  const own = scoped(net, scope);
  const { text, embeddingWidth } = config;
  const ended = endState(net, config, ids, textEncoder(own, text, ids));
  return linear(own, 'text_projection', ended, text.width, embeddingWidth, { bias: false });
}

/** States [batch, tokens, width] at each text's first end token, [batch, width]; as a product with a one-hot row, which has a gradient. */
function endState({ builder }: Net, { text, endToken }: ClipConfig, ids: string, states: string): string {
  const { maxTokens, width } = text;
  const number = (condition: string) => builder.op('Cast', [condition], { to: int(elementCodes.float32) });
  const ends = number(builder.op('Equal', [ids, builder.constant(int64([], [endToken]))]));
  const first = builder.op('ArgMax', [ends], { axis: int(1), keepdims: int(1) });
  const place = builder.constant(
    int64(
      [maxTokens],
      Array.from({ length: maxTokens }, (_, i) => i),
    ),
  );
  const oneHot = number(builder.op('Equal', [place, first]));
  const row = builder.op('Reshape', [oneHot, builder.ints([-1, 1, maxTokens])]);
  return builder.op('Reshape', [builder.op('MatMul', [row, states]), builder.ints([-1, width])]);
}

/**
 * How well embeddings [pairs, width] of pictures and of their texts find each other: the mean of both cross entropies,
 * of the texts for a picture and of the pictures for a text (Radford et al. 2021, fig. 3). ln(pairs) where nothing is told
 * apart, 0 where everything is.
 */
export function contrastiveLoss(net: Net, images: string, texts: string, pairs: number): string {
  const { builder } = net;
  const transposed = builder.op('Transpose', [unitLength(net, images)], { perm: ints([1, 0]) });
  const cosines = builder.op('MatMul', [unitLength(net, texts), transposed]);
  const logits = builder.op('Mul', [cosines, builder.op('Exp', [logitScale(net)])]);
  const [forText, forPicture] = [1, 0].map((axis) => builder.op('LogSoftmax', [logits], { axis: int(axis) }));
  const own = builder.constant(float32([pairs, pairs], identity(pairs)));
  const found = builder.op('Mul', [own, builder.op('Add', [forText ?? '', forPicture ?? ''])]);
  const sum = builder.op('ReduceSum', [found], { keepdims: int(0) });
  return builder.op('Mul', [sum, builder.scalar(-1 / (2 * pairs))]);
}

/** The logarithm of the logits' scale. At its limit it has no gradient, and comes back by the decay of weights. */
function logitScale(net: Net): string {
  const { builder } = net;
  const scale = scoped(net, scope).parameter('logit_scale', [], { fill: initialLogitScale });
  const limit = builder.scalar(largestLogitScale);
  return builder.op('Where', [builder.op('Less', [scale, limit]), scale, limit]);
}

function unitLength({ builder }: Net, rows: string): string {
  const squares = builder.op('ReduceSum', [builder.op('Mul', [rows, rows]), builder.ints([1])]);
  const length = builder.op('Sqrt', [builder.op('Add', [squares, builder.scalar(1e-12)])]);
  return builder.op('Div', [rows, length]);
}

function identity(size: number): readonly number[] {
  return Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
}
