import { intAttribute, intsAttribute, stringAttribute } from '../../graph.ts';
import type { Call, Rule } from '../call.ts';
import { operand, refuse, reject } from '../call.ts';

/** What decides the size of one spatial axis of a convolution or a pooling. */
interface Window {
  readonly size: number;
  /** Reach of the dilated kernel. */
  readonly extent: number;
  readonly stride: number;
  readonly pads: number;
  readonly outputPadding: number;
}

type AutoPad = 'NOTSET' | 'VALID' | 'SAME_UPPER' | 'SAME_LOWER';
const autoPads: readonly string[] = [
  'NOTSET',
  'VALID',
  'SAME_UPPER',
  'SAME_LOWER',
] satisfies readonly AutoPad[];

function autoPad(call: Call): AutoPad {
  const mode = stringAttribute(call.node, 'auto_pad', 'NOTSET');
  return autoPads.includes(mode) ? (mode as AutoPad) : refuse(call, `the auto_pad "${mode}" is unknown`);
}

function windows(call: Call, kernel: readonly number[]): readonly Window[] {
  const { node } = call;
  const sizes = operand(call, 0).dims.slice(2);
  if (kernel.length !== sizes.length)
    reject(call, `a kernel of [${kernel}] does not fit the spatial axes [${sizes}]`);
  const list = (name: string) => intsAttribute(node, name) ?? [];
  const [strides, dilations, pads, outputPadding] = [
    list('strides'),
    list('dilations'),
    list('pads'),
    list('output_padding'),
  ];
  return sizes.map((size, axis) => ({
    size,
    extent: ((kernel[axis] as number) - 1) * (dilations[axis] ?? 1) + 1,
    stride: strides[axis] ?? 1,
    pads: (pads[axis] ?? 0) + (pads[axis + sizes.length] ?? 0),
    outputPadding: outputPadding[axis] ?? 0,
  }));
}

function slide(call: Call, { size, extent, stride, pads }: Window): number {
  const mode = autoPad(call);
  if (mode === 'SAME_UPPER' || mode === 'SAME_LOWER') return Math.ceil(size / stride);
  const room = size + (mode === 'VALID' ? 0 : pads) - extent;
  if (room < 0) reject(call, `its kernel reaches over ${extent} elements, more than there are`);
  return Math.floor(room / stride) + 1;
}

function channels(call: Call): { readonly batch: number; readonly input: number; readonly group: number } {
  const [batch, input] = operand(call, 0).dims;
  if (batch === undefined || input === undefined)
    return reject(call, 'its input has no batch and channel axes');
  return { batch, input, group: intAttribute(call.node, 'group', 1) };
}

const conv: Rule = (call) => {
  const { type } = operand(call, 0);
  const [output = 0, perGroup = 0, ...kernel] = operand(call, 1).dims;
  const { batch, input, group } = channels(call);
  if (input !== perGroup * group) reject(call, `${input} channels do not fit ${group} groups of ${perGroup}`);
  return [{ type, dims: [batch, output, ...windows(call, kernel).map((window) => slide(call, window))] }];
};

const convTranspose: Rule = (call) => {
  const { type } = operand(call, 0);
  const [fromChannels = 0, perGroup = 0, ...kernel] = operand(call, 1).dims;
  const { batch, input, group } = channels(call);
  if (input !== fromChannels) reject(call, `${input} channels do not fit weights for ${fromChannels}`);
  const sizes =
    intsAttribute(call.node, 'output_shape') ?? windows(call, kernel).map((window) => grow(call, window));
  return [{ type, dims: [batch, perGroup * group, ...sizes.slice(-kernel.length)] }];
};

function grow(call: Call, { size, extent, stride, pads, outputPadding }: Window): number {
  const full = (size - 1) * stride + extent + outputPadding;
  switch (autoPad(call)) {
    case 'NOTSET':
      return full - pads;
    case 'VALID':
      return full;
    default:
      return Math.min(full, size * stride);
  }
}

function pooled(call: Call): readonly number[] {
  const { batch, input } = channels(call);
  const kernel = intsAttribute(call.node, 'kernel_shape') ?? reject(call, 'it has no kernel_shape');
  const roundUp = intAttribute(call.node, 'ceil_mode', 0) === 1;
  return [
    batch,
    input,
    ...windows(call, kernel).map((window, axis) =>
      roundUp ? slideOver(call, window, axis) : slide(call, window),
    ),
  ];
}

/** With ceil_mode a last window may hang over the end, but must not start there. */
function slideOver(call: Call, window: Window, axis: number): number {
  const mode = autoPad(call);
  if (mode === 'SAME_UPPER' || mode === 'SAME_LOWER') return slide(call, window);
  const padded = mode === 'NOTSET';
  const before = padded ? (intsAttribute(call.node, 'pads')?.[axis] ?? 0) : 0;
  const count = Math.ceil((window.size + (padded ? window.pads : 0) - window.extent) / window.stride) + 1;
  return (count - 1) * window.stride >= window.size + before ? count - 1 : count;
}

const averagePool: Rule = (call) => [{ type: operand(call, 0).type, dims: pooled(call) }];

const maxPool: Rule = (call) => {
  const dims = pooled(call);
  return [
    { type: operand(call, 0).type, dims },
    { type: 'int64', dims },
  ];
};

const globalPool: Rule = (call) => {
  const { type, dims } = operand(call, 0);
  return [{ type, dims: dims.map((dim, axis) => (axis < 2 ? dim : 1)) }];
};

export const convolution = {
  AveragePool: averagePool,
  Conv: conv,
  ConvTranspose: convTranspose,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  MaxPool: maxPool,
} satisfies Record<string, Rule>;
