import { int, ints } from '../../onnx/builder.ts';
import { float32 } from '../../onnx/tensor.ts';
import { attention, conv, groupNorm, layerNorm, linear, patches, resnet, silu, upsample } from './layers.ts';
import type { Net } from './net.ts';

/** Shape of the network that reads a picture's attributes. */
export interface ReaderConfig {
  readonly pixels: number;
  /** Channels at half, quarter and eighth resolution. */
  readonly channels: readonly [half: number, quarter: number, eighth: number];
  readonly heads: number;
  /** How often the places at an eighth of the resolution look at one another. */
  readonly surroundings: number;
  /** Places of the picture that an attribute is looked for at, each a weighted mean over all. */
  readonly glances: number;
  readonly hidden: number;
  /** The attributes in their order. Those of one kind, as the left hat's colour and the right one's, are told by the same weights. */
  readonly attributes: readonly { readonly kind: number; readonly values: number }[];
}

const patch = 2;

/** How many logits a reader gives: one for each value of each attribute. */
export function logitCount({ attributes }: Pick<ReaderConfig, 'attributes'>): number {
  return attributes.reduce((sum, { values }) => sum + values, 0);
}

/**
 * Picture [batch, 3, pixels, pixels] in −1…1 to the logits of all attributes' values, one attribute after another,
 * [batch, Σ values]. The places at an eighth of the resolution see each other through attention, so that each knows whose
 * it is; what they know is spread over those at a quarter, where small things are still apart. There each attribute looks
 * with learnt queries of its own (pooling by attention: Lee et al. 2019, §3.2).
 */
export function reader(net: Net, config: ReaderConfig, image: string): string {
  const [half, quarter, eighth] = config.channels;
  let x = conv(net, 'reader.conv_in', patches(net, image, config.pixels, patch), 3 * patch * patch, half);
  x = resnet(net, 'reader.half.0', x, half, half);
  x = conv(net, 'reader.half.down', x, half, quarter, { stride: 2 });
  const near = resnet(net, 'reader.quarter.0', x, quarter, quarter);
  x = conv(net, 'reader.quarter.down', near, quarter, eighth, { stride: 2 });
  x = resnet(net, 'reader.eighth.0', x, eighth, eighth);
  const far = conv(net, 'reader.spread', surroundings(net, config, x), eighth, quarter, { kernel: 1 });
  const joined = net.builder.op('Add', [near, upsample(net, far)]);
  const places = sequence(net, 'reader.places', resnet(net, 'reader.quarter.1', joined, quarter, quarter), {
    width: quarter,
    length: (config.pixels / 4) ** 2,
  });
  return logits(net, config, glancesAt(net, config, places));
}

/** Features [batch, width, side, side] as a sequence of places, normalized, each with where it is. */
function sequence(
  net: Net,
  name: string,
  features: string,
  { width, length }: { readonly width: number; readonly length: number },
): string {
  const { builder } = net;
  const normalized = groupNorm(net, `${name}.norm`, features, width);
  const flat = builder.op('Reshape', [normalized, builder.ints([0, width, length])]);
  const positions = net.parameter(`${name}.positions`, [length, width], { deviation: 0.3 });
  return builder.op('Add', [builder.op('Transpose', [flat], { perm: ints([0, 2, 1]) }), positions]);
}

/** Features [batch, channels, side, side], each with what it knows of the others. */
function surroundings(net: Net, config: ReaderConfig, features: string): string {
  const { builder } = net;
  const { pixels, heads } = config;
  const [, , width] = config.channels;
  const side = pixels / 8;
  let x = sequence(net, 'reader.surroundings', features, { width, length: side ** 2 });
  for (let layer = 0; layer < config.surroundings; layer++) {
    const name = `reader.surroundings.${layer}`;
    const query = layerNorm(net, `${name}.norm1`, x, width);
    x = builder.op('Add', [x, attention(net, `${name}.attention`, query, query, width, { heads })]);
    const inner = layerNorm(net, `${name}.norm2`, x, width);
    const widened = silu(net, linear(net, `${name}.feed_forward.0`, inner, width, 2 * width));
    const back = linear(net, `${name}.feed_forward.1`, widened, 2 * width, width, { zero: true });
    x = builder.op('Add', [x, back]);
  }
  const grid = builder.op('Transpose', [x], { perm: ints([0, 2, 1]) });
  return builder.op('Reshape', [grid, builder.ints([0, width, side, side])]);
}

/** Places [batch, places, width] to what each attribute's queries find among them, [attributes, batch, glances·width]. */
function glancesAt(net: Net, { channels, glances, attributes }: ReaderConfig, places: string): string {
  const { builder } = net;
  const [, width] = channels;
  const normalized = layerNorm(net, 'reader.places_norm', places, width);
  const queries = attributes.length * glances;
  const scores = linear(net, 'reader.queries', normalized, width, queries, { bias: false });
  const weights = builder.op('Softmax', [builder.op('Transpose', [scores], { perm: ints([0, 2, 1]) })], {
    axis: int(-1),
  });
  const found = builder.op('MatMul', [weights, normalized]);
  const each = builder.op('Reshape', [found, builder.ints([0, attributes.length, glances * width])]);
  return builder.op('Transpose', [each], { perm: ints([1, 0, 2]) });
}

/** What was found, [attributes, batch, glances·width], to logits [batch, Σ values]; a kind has two layers of its own. */
function logits(net: Net, { channels, glances, hidden, attributes }: ReaderConfig, found: string): string {
  const { builder } = net;
  const most = Math.max(...attributes.map(({ values }) => values));
  const inner = silu(
    net,
    kindLinear(net, 'reader.hidden', found, [glances * channels[1], hidden], attributes),
  );
  const all = kindLinear(net, 'reader.logits', inner, [hidden, most], attributes);
  const rows = builder.op('Transpose', [all], { perm: ints([1, 0, 2]) });
  const flat = builder.op('Reshape', [rows, builder.ints([0, attributes.length * most])]);
  const real = attributes.flatMap(({ values }, at) =>
    Array.from({ length: values }, (_, value) => at * most + value),
  );
  return builder.op('Gather', [flat, builder.ints(real)], { axis: int(1) });
}

/** A linear layer for each attribute, with the weights of its kind: [attributes, batch, from] to [attributes, batch, to]. */
function kindLinear(
  net: Net,
  name: string,
  x: string,
  [from, to]: readonly [from: number, to: number],
  attributes: ReaderConfig['attributes'],
): string {
  const { builder } = net;
  const kinds = builder.ints(attributes.map(({ kind }) => kind));
  const count = 1 + Math.max(...attributes.map(({ kind }) => kind));
  const weight = net.parameter(`${name}.weight`, [count, from, to], { deviation: 1 / Math.sqrt(from) });
  const bias = net.parameter(`${name}.bias`, [count, 1, to], { fill: 0 });
  const product = builder.op('MatMul', [x, builder.op('Gather', [weight, kinds])]);
  return builder.op('Add', [product, builder.op('Gather', [bias, kinds])]);
}

/**
 * Cross entropy of every attribute, Σ over attributes of log Σ exp logits − the target's logit, as a mean over the
 * batch. An attribute's values are softmaxed among themselves.
 * @param logits [batch, Σ values]
 * @param targets [batch, Σ values], 1 where an attribute has the value
 */
export function attributesLoss(
  { builder }: Net,
  { attributes }: Pick<ReaderConfig, 'attributes'>,
  logits: string,
  targets: string,
): string {
  const owners = attributes.flatMap(({ values }, attribute) => Array<number>(values).fill(attribute));
  const belonging = float32([owners.length, attributes.length]);
  owners.forEach((attribute, row) => {
    belonging.data[row * attributes.length + attribute] = 1;
  });
  const sums = builder.op('MatMul', [builder.op('Exp', [logits]), builder.constant(belonging)]);
  const total = (value: string) => builder.op('ReduceSum', [value, builder.ints([1])], { keepdims: int(0) });
  const loss = builder.op('Sub', [
    total(builder.op('Log', [sums])),
    total(builder.op('Mul', [logits, targets])),
  ]);
  return builder.op('ReduceMean', [loss], { keepdims: int(0) });
}
