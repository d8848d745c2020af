import { int, ints } from '../../onnx/builder.ts';
import { intAttribute, intsAttribute, stringAttribute } from '../../onnx/graph.ts';
import { bilinear, linear, type RuleContext, type RuleTable } from '../rule.ts';
import { range } from './axes.ts';

/** Convolution and resampling of pictures, [batch, channels, height, width]. */
export const convolution = {
  /** dX is the convolution's transpose with the same weight; dW correlates the input with the cotangent, tap by tap. */
  Conv: bilinear((context) => {
    const { emit, cotangent: g } = context;
    return [
      () => dataCotangent(context, geometry(context)),
      () => weightCotangent(context, geometry(context)),
      () => emit.sum(g, [0, ...range(geometry(context).output.length).map((axis) => axis + 2)], false),
    ];
  }),
  Resize: linear((context) => [() => nearestTranspose(context), null, null, null]),
} satisfies RuleTable;

interface Geometry {
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padsBefore: readonly number[];
  readonly padsAfter: readonly number[];
  readonly groups: number;
}

/** Reads the attributes and checks them against the shapes, so that a misread one is refused and never used. */
function geometry(context: RuleContext): Geometry {
  const { node, inputs, outputs, shape } = context;
  if (stringAttribute(node, 'auto_pad', 'NOTSET') !== 'NOTSET')
    context.refuse('automatic padding cannot be differentiated, only explicit pads');
  const input = shape(inputs[0] ?? '').slice(2);
  const kernel = shape(inputs[1] ?? '').slice(2);
  const output = shape(outputs[0] ?? '').slice(2);
  const ones = kernel.map(() => 1);
  const pads = intsAttribute(node, 'pads') ?? [...ones, ...ones].map(() => 0);
  const strides = intsAttribute(node, 'strides') ?? ones;
  const dilations = intsAttribute(node, 'dilations') ?? ones;
  const padsBefore = pads.slice(0, kernel.length);
  const padsAfter = pads.slice(kernel.length);
  input.forEach((size, axis) => {
    const reach = ((kernel[axis] ?? 1) - 1) * (dilations[axis] ?? 1) + 1;
    const expected =
      Math.floor((size + (padsBefore[axis] ?? 0) + (padsAfter[axis] ?? 0) - reach) / (strides[axis] ?? 1)) +
      1;
    if (expected !== output[axis])
      context.refuse(
        `its attributes give ${expected} along axis ${axis + 2}, its shape says ${output[axis]}`,
      );
  });
  return {
    input,
    output,
    kernel,
    strides,
    dilations,
    padsBefore,
    padsAfter,
    groups: intAttribute(node, 'group', 1),
  };
}

/**
 * Where the stride is 1, a convolution of the cotangent with the weight turned over, which the runtime does at nearly
 * twice the speed of the transposed convolution in small models. It costs a second copy of the weight, and with large
 * kernels it is no faster: weights in external files stay as they lie.
 */
function dataCotangent(context: RuleContext, shape: Geometry): string {
  const reach = shape.kernel.map((size, axis) => (size - 1) * (shape.dilations[axis] ?? 1));
  const before = reach.map((size, axis) => size - (shape.padsBefore[axis] ?? 0));
  const after = reach.map((size, axis) => size - (shape.padsAfter[axis] ?? 0));
  const copied = !context.isExternal(context.inputs[1] ?? '');
  const direct = copied && shape.groups === 1 && shape.strides.every((stride) => stride === 1);
  if (!direct || [...before, ...after].some((pad) => pad < 0)) return transposedConvolution(context, shape);
  return context.emit.builder.op('Conv', [context.cotangent, turnedOver(context, shape)], {
    kernel_shape: ints(shape.kernel),
    dilations: ints(shape.dilations),
    pads: ints([...before, ...after]),
  });
}

/** W′[c,o,i,j] = W[o,c,−i,−j]. */
function turnedOver({ emit, inputs }: RuleContext, { kernel }: Geometry): string {
  const axes = range(kernel.length).map((axis) => axis + 2);
  const swapped = emit.transpose(inputs[1] ?? '', [1, 0, ...axes]);
  if (kernel.every((size) => size === 1)) return swapped;
  const all = <T>(value: T) => axes.map(() => value);
  return emit.slice(swapped, all(-1), all(-(2 ** 31)), axes, all(-1));
}

function transposedConvolution(context: RuleContext, shape: Geometry): string {
  const { emit, inputs, cotangent } = context;
  const outputPadding = shape.input.map((size, axis) => {
    const reach = ((shape.kernel[axis] ?? 1) - 1) * (shape.dilations[axis] ?? 1) + 1;
    const covered = ((shape.output[axis] ?? 1) - 1) * (shape.strides[axis] ?? 1) + reach;
    return size + (shape.padsBefore[axis] ?? 0) + (shape.padsAfter[axis] ?? 0) - covered;
  });
  return emit.builder.op('ConvTranspose', [cotangent, inputs[1] ?? ''], {
    kernel_shape: ints(shape.kernel),
    strides: ints(shape.strides),
    dilations: ints(shape.dilations),
    pads: ints([...shape.padsBefore, ...shape.padsAfter]),
    output_padding: ints(outputPadding),
    group: int(shape.groups),
  });
}

/**
 * dW[o,c,i,j] = Σ over pictures and places of g[n,o,p,q] · x[n,c,p·s+i·d,q·s+j·d]: one large matrix product a tap.
 * The input's channels come last, so that a tap's window is a slice of long rows; the cotangent's come first, so that
 * its places stay where they are.
 */
function weightCotangent(context: RuleContext, shape: Geometry): string {
  const { emit, inputs, cotangent } = context;
  if (shape.groups !== 1)
    context.refuse(`the weight of a convolution in ${shape.groups} groups cannot be differentiated`);
  if (shape.kernel.length !== 2)
    context.refuse(`only the weight of a two-dimensional convolution can be differentiated`);
  const [batch = 0, channels = 0] = context.shape(inputs[0] ?? '');
  const [, outChannels = 0] = context.shape(context.outputs[0] ?? '');
  const [height = 1, width = 1] = shape.kernel;
  const places = shape.output.reduce((product, size) => product * size, batch);

  const channelsLast = padded(context, emit.transpose(inputs[0] ?? '', [0, 2, 3, 1]), shape, batch, channels);
  const cotangents = emit.reshape(emit.transpose(cotangent, [1, 0, 2, 3]), [outChannels, places]);
  const taps = range(height * width).map((tap) => {
    const starts = [Math.floor(tap / width), tap % width].map(
      (index, axis) => index * (shape.dilations[axis] ?? 1),
    );
    const ends = starts.map(
      (start, axis) => start + ((shape.output[axis] ?? 1) - 1) * (shape.strides[axis] ?? 1) + 1,
    );
    const window =
      height * width === 1 && shape.strides.every((stride) => stride === 1)
        ? channelsLast
        : emit.slice(channelsLast, starts, ends, [1, 2], shape.strides);
    return emit.reshape(emit.matmul(cotangents, emit.reshape(window, [places, channels])), [
      outChannels,
      channels,
      1,
    ]);
  });
  const stacked = taps.length === 1 ? (taps[0] ?? '') : emit.concat(taps, 2);
  return emit.reshape(stacked, [outChannels, channels, height, width]);
}

function padded(
  context: RuleContext,
  value: string,
  shape: Geometry,
  batch: number,
  channels: number,
): string {
  let dims: readonly number[] = [batch, ...shape.input, channels];
  return [1, 2].reduce((current, axis) => {
    const [before, after] = [shape.padsBefore[axis - 1] ?? 0, shape.padsAfter[axis - 1] ?? 0];
    const wider = context.emit.pad(current, dims, axis, before, after);
    dims = dims.with(axis, (dims[axis] ?? 0) + before + after);
    return wider;
  }, value);
}

/** Nearest-neighbour enlargement by whole factors copies each element into a block; its transpose sums the block. */
function nearestTranspose(context: RuleContext): string {
  const { node, emit, inputs, outputs, cotangent, shape, constant } = context;
  const mode = stringAttribute(node, 'mode', 'nearest');
  const coordinates = stringAttribute(node, 'coordinate_transformation_mode', 'half_pixel');
  const rounding = stringAttribute(node, 'nearest_mode', 'round_prefer_floor');
  const [from, to] = [shape(inputs[0] ?? ''), shape(outputs[0] ?? '')];
  const factors = from.map((size, axis) => (to[axis] ?? 0) / size);
  if (mode !== 'nearest') context.refuse(`resizing in mode ${mode} cannot be differentiated, only nearest`);
  if (factors.some((factor) => !Number.isInteger(factor)))
    context.refuse(`resizing [${from}] to [${to}] cannot be differentiated, only by whole factors`);
  const scales = Array.from(constant(inputs[2] ?? '')?.data ?? [], Number);
  if (scales.some((scale) => !Number.isInteger(scale)))
    context.refuse(`resizing by the scales [${scales}] cannot be differentiated, only by whole factors`);
  const blocks =
    coordinates === 'asymmetric'
      ? rounding === 'floor'
      : coordinates === 'half_pixel' && rounding.startsWith('round_prefer');
  if (!blocks)
    context.refuse(
      `nearest resizing with ${coordinates} coordinates and ${rounding} rounding cannot be differentiated`,
    );
  const split = from.flatMap((size, axis) => [size, factors[axis] ?? 1]);
  const blockAxes = range(from.length).map((axis) => 2 * axis + 1);
  return emit.sum(emit.reshape(cotangent, split), blockAxes, false);
}
