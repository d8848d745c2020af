import { float, int, ints, string } from '../../onnx/builder.ts';
import { float32 } from '../../onnx/tensor.ts';
import type { Net } from './net.ts';

/** Layers over named values. Pictures are [batch, channels, height, width], sequences [batch, length, width]. */

interface ConvOptions {
  readonly kernel?: number;
  readonly stride?: number;
  /** Start as zero, so that a residual branch begins as the identity. */
  readonly zero?: boolean;
}

/** A convolution of [batch, from, height, width] to `to` channels, padded so that a stride of 1 keeps the sides; the weight is [to, from, kernel, kernel]. */
export function conv(
  net: Net,
  name: string,
  x: string,
  from: number,
  to: number,
  options: ConvOptions = {},
): string {
  const { kernel = 3, stride = 1, zero = false } = options;
  const deviation = zero ? 0 : 1 / Math.sqrt(from * kernel * kernel);
  const weight = net.parameter(`${name}.weight`, [to, from, kernel, kernel], { deviation });
  const bias = net.parameter(`${name}.bias`, [to], { fill: 0 });
  const pad = Math.floor(kernel / 2);
  const attributes = {
    kernel_shape: ints([kernel, kernel]),
    pads: ints([pad, pad, pad, pad]),
    strides: ints([stride, stride]),
  };
  return net.builder.op('Conv', [x, weight, bias], attributes);
}

/** A square picture [batch, 3, pixels, pixels] as patches [batch, 3·patch², pixels/patch, pixels/patch], each place's colours as its channels. */
export function patches(net: Net, image: string, pixels: number, patch: number): string {
  const { builder } = net;
  const side = pixels / patch;
  const grid = builder.op('Reshape', [image, builder.ints([0, 3, side, patch, side, patch])]);
  const moved = builder.op('Transpose', [grid], { perm: ints([0, 1, 3, 5, 2, 4]) });
  return builder.op('Reshape', [moved, builder.ints([0, 3 * patch * patch, side, side])]);
}

interface LinearOptions {
  readonly bias?: boolean;
  readonly zero?: boolean;
}

/** The weight is stored [in, out], as exporters leave it beside a MatMul. The node's name tells the module, as theirs do. */
export function linear(
  net: Net,
  name: string,
  x: string,
  from: number,
  to: number,
  options: LinearOptions = {},
): string {
  const { bias = true, zero = false } = options;
  const weight = net.parameter(`${name}.weight`, [from, to], { deviation: zero ? 0 : 1 / Math.sqrt(from) });
  const product = net.builder.fresh(`/${name.replaceAll(/\.(?=[a-z_])/g, '/')}/MatMul_output`);
  net.builder.op('MatMul', [x, weight], {}, product);
  return bias ? net.builder.op('Add', [product, net.parameter(`${name}.bias`, [to], { fill: 0 })]) : product;
}

/** Group normalisation of [batch, channels, height, width] (Wu & He 2018), with a scale and a bias for each channel. ε is 1e-5. */
export function groupNorm(net: Net, name: string, x: string, channels: number, groups = 8): string {
  const { builder } = net;
  const weight = net.parameter(`${name}.weight`, [channels], { fill: 1 });
  const bias = net.parameter(`${name}.bias`, [channels], { fill: 0 });
  const ones = builder.constant(float32([groups], new Float32Array(groups).fill(1)));
  const zeros = builder.constant(float32([groups]));
  const grouped = builder.op('Reshape', [x, builder.ints([0, groups, -1])]);
  const normalized = builder.op('InstanceNormalization', [grouped, ones, zeros], { epsilon: float(1e-5) });
  const back = builder.op('Reshape', [normalized, builder.op('Shape', [x])]);
  const perChannel = builder.ints([1, channels, 1, 1]);
  const scaled = builder.op('Mul', [back, builder.op('Reshape', [weight, perChannel])]);
  return builder.op('Add', [scaled, builder.op('Reshape', [bias, perChannel])]);
}

/** Layer normalisation over the last axis of [batch, length, width] (Ba et al. 2016). ε is 1e-5. */
export function layerNorm(net: Net, name: string, x: string, width: number): string {
  const weight = net.parameter(`${name}.weight`, [width], { fill: 1 });
  const bias = net.parameter(`${name}.bias`, [width], { fill: 0 });
  return net.builder.op('LayerNormalization', [x, weight, bias], { axis: int(-1), epsilon: float(1e-5) });
}

/** x·σ(x) (Elfwing et al. 2018). */
export function silu(net: Net, x: string): string {
  return net.builder.op('Mul', [x, net.builder.op('Sigmoid', [x])]);
}

/** x·σ(1.702x), CLIP's activation (Hendrycks & Gimpel 2016, §2). */
export function quickGelu(net: Net, x: string): string {
  const scaled = net.builder.op('Mul', [x, net.builder.scalar(1.702)]);
  return net.builder.op('Mul', [x, net.builder.op('Sigmoid', [scaled])]);
}

/** Doubles height and width by repeating each element. */
export function upsample(net: Net, x: string): string {
  const scales = net.builder.constant(float32([4], [1, 1, 2, 2]));
  return net.builder.op('Resize', [x, '', scales], {
    mode: string('nearest'),
    coordinate_transformation_mode: string('asymmetric'),
    nearest_mode: string('floor'),
  });
}

interface AttentionOptions {
  readonly heads: number;
  /** Values added to the logits, [query length, key length]. */
  readonly mask?: string;
  readonly contextWidth?: number;
  readonly bias?: boolean;
  /** Names of the four projections under `name`. */
  readonly projections?: readonly [query: string, key: string, value: string, out: string];
}

/** Scaled dot-product attention of `x` over `context` (Vaswani et al. 2017, eq. 1). */
export function attention(
  net: Net,
  name: string,
  x: string,
  context: string,
  width: number,
  options: AttentionOptions,
): string {
  const { builder } = net;
  const { heads, mask, contextWidth = width, bias = false } = options;
  const [query, key, value, out] = options.projections ?? ['to_q', 'to_k', 'to_v', 'to_out.0'];
  const perHead = width / heads;
  const splitHeads = (from: string, perm: readonly number[]) =>
    builder.op('Transpose', [builder.op('Reshape', [from, builder.ints([0, -1, heads, perHead])])], {
      perm: ints(perm),
    });
  const q = builder.op('Mul', [
    linear(net, `${name}.${query}`, x, width, width, { bias }),
    builder.scalar(perHead ** -0.5),
  ]);
  const k = linear(net, `${name}.${key}`, context, contextWidth, width, { bias });
  const v = linear(net, `${name}.${value}`, context, contextWidth, width, { bias });
  const scores = builder.op('MatMul', [splitHeads(q, [0, 2, 1, 3]), splitHeads(k, [0, 2, 3, 1])]);
  const masked = mask === undefined ? scores : builder.op('Add', [scores, mask]);
  const weighted = builder.op('MatMul', [
    builder.op('Softmax', [masked], { axis: int(-1) }),
    splitHeads(v, [0, 2, 1, 3]),
  ]);
  const merged = builder.op('Reshape', [
    builder.op('Transpose', [weighted], { perm: ints([0, 2, 1, 3]) }),
    builder.ints([0, -1, width]),
  ]);
  return linear(net, `${name}.${out}`, merged, width, width);
}

/** Residual block of two convolutions with an optional time embedding between them (Ho et al. 2020, appendix B). */
export function resnet(
  net: Net,
  name: string,
  x: string,
  from: number,
  to: number,
  time?: { readonly embedding: string; readonly width: number },
): string {
  const { builder } = net;
  let hidden = conv(net, `${name}.conv1`, silu(net, groupNorm(net, `${name}.norm1`, x, from)), from, to);
  if (time !== undefined) {
    const shift = linear(net, `${name}.time_emb_proj`, time.embedding, time.width, to);
    hidden = builder.op('Add', [hidden, builder.op('Reshape', [shift, builder.ints([0, to, 1, 1])])]);
  }
  hidden = conv(net, `${name}.conv2`, silu(net, groupNorm(net, `${name}.norm2`, hidden, to)), to, to, {
    zero: true,
  });
  const shortcut = from === to ? x : conv(net, `${name}.conv_shortcut`, x, from, to, { kernel: 1 });
  return builder.op('Add', [shortcut, hidden]);
}
