import { int, ints } from '../../onnx/builder.ts';
import { float32 } from '../../onnx/tensor.ts';
import { attention, conv, groupNorm, layerNorm, linear, patches, resnet, silu } from './layers.ts';
import type { Net } from './net.ts';

/** Shape of the network that reads a picture's attributes. */
export interface ReaderConfig {
  readonly pixels: number;
  /** Channels at half, quarter and eighth resolution. */
  readonly channels: readonly [half: number, quarter: number, eighth: number];
  readonly heads: number;
  /** Places of the picture that are looked at, each a weighted mean over all. */
  readonly glances: number;
  readonly hidden: number;
  /** How many values each attribute has. */
  readonly values: readonly number[];
}

const patch = 2;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/**
 * Picture [batch, 3, pixels, pixels] in −1…1 to the logits of all attributes' values, one attribute after another,
 * [batch, Σ values]. The last convolution's places see each other through attention, so that each knows whose it is,
 * and are then looked at by several learnt queries (pooling by attention: Lee et al. 2019, §3.2).
 */
export function reader(net: Net, config: ReaderConfig, image: string): string {
  const { glances, hidden, values } = config;
  const [half, quarter, eighth] = config.channels;
  let x = conv(net, 'reader.conv_in', patches(net, image, config.pixels, patch), 3 * patch * patch, half);
  x = resnet(net, 'reader.half.0', x, half, half);
  x = conv(net, 'reader.half.down', x, half, quarter, { stride: 2 });
  x = resnet(net, 'reader.quarter.0', x, quarter, quarter);
  x = conv(net, 'reader.quarter.down', x, quarter, eighth, { stride: 2 });
  x = resnet(net, 'reader.eighth.0', x, eighth, eighth);
  x = resnet(net, 'reader.eighth.1', x, eighth, eighth);
  const seen = glancesAt(net, config, surroundings(net, config, x));
  const joined = silu(net, linear(net, 'reader.joined', seen, glances * eighth, hidden));
  return linear(net, 'reader.logits', joined, hidden, sum(values));
}

/** Features [batch, channels, side, side] as a sequence of places, each with what it knows of the others. */
function surroundings(net: Net, { pixels, channels, heads }: ReaderConfig, features: string): string {
  const { builder } = net;
  const [, , width] = channels;
  const places = (pixels / 8) ** 2;
  const normalized = groupNorm(net, 'reader.norm', features, width);
  const flat = builder.op('Reshape', [normalized, builder.ints([0, width, places])]);
  const positions = net.parameter('reader.positions', [places, width], { deviation: 0.3 });
  const x = builder.op('Add', [builder.op('Transpose', [flat], { perm: ints([0, 2, 1]) }), positions]);
  const query = layerNorm(net, 'reader.attention_norm', x, width);
  const attended = builder.op('Add', [x, attention(net, 'reader.attention', query, query, width, { heads })]);
  const inner = layerNorm(net, 'reader.feed_forward_norm', attended, width);
  const widened = silu(net, linear(net, 'reader.feed_forward.0', inner, width, 2 * width));
  return builder.op('Add', [
    attended,
    linear(net, 'reader.feed_forward.1', widened, 2 * width, width, { zero: true }),
  ]);
}

/** Places [batch, places, width] to what each query finds among them, one after another, [batch, glances·width]. */
function glancesAt(net: Net, { channels, glances }: ReaderConfig, places: string): string {
  const { builder } = net;
  const [, , width] = channels;
  const normalized = layerNorm(net, 'reader.places_norm', places, width);
  const scores = linear(net, 'reader.queries', normalized, width, glances, { bias: false });
  const weights = builder.op('Softmax', [builder.op('Transpose', [scores], { perm: ints([0, 2, 1]) })], {
    axis: int(-1),
  });
  const found = builder.op('MatMul', [weights, normalized]);
  return builder.op('Reshape', [found, builder.ints([0, glances * width])]);
}

/**
 * Cross entropy of every attribute, Σ over attributes of log Σ exp logits − the target's logit, as a mean over the
 * batch. An attribute's values are softmaxed among themselves.
 * @param logits [batch, Σ values]
 * @param targets [batch, Σ values], 1 where an attribute has the value
 */
export function attributesLoss(
  { builder }: Net,
  { values }: Pick<ReaderConfig, 'values'>,
  logits: string,
  targets: string,
): string {
  const rows = sum(values);
  const belonging = float32([rows, values.length]);
  values
    .flatMap((count, attribute) => Array<number>(count).fill(attribute))
    .forEach((attribute, row) => {
      belonging.data[row * values.length + attribute] = 1;
    });
  const sums = builder.op('MatMul', [builder.op('Exp', [logits]), builder.constant(belonging)]);
  const total = (value: string) => builder.op('ReduceSum', [value, builder.ints([1])], { keepdims: int(0) });
  const loss = builder.op('Sub', [
    total(builder.op('Log', [sums])),
    total(builder.op('Mul', [logits, targets])),
  ]);
  return builder.op('ReduceMean', [loss], { keepdims: int(0) });
}
