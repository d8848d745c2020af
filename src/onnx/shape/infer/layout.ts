import { intAttribute, intsAttribute } from '../../graph.ts';
import { elementCount } from '../../tensor.ts';
import type { Call, Rule } from '../call.ts';
import { axisFrom, broadcast, integers, operand, optionalIntegers, refuse, reject, sum } from '../call.ts';

/** Where a slice runs along one axis. */
export interface SliceRange {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** One range an axis, with negative positions counted from the end and all positions clamped. */
export function sliceRanges(call: Call): readonly SliceRange[] {
  const { dims } = operand(call, 0);
  const starts = integers(call, 'starts', 1);
  const ends = integers(call, 'ends', 2);
  const axes = optionalIntegers(call, 'axes', 3) ?? [...starts.keys()];
  const steps = optionalIntegers(call, 'steps', 4) ?? starts.map(() => 1);
  const ranges: SliceRange[] = dims.map((count) => ({ start: 0, step: 1, count }));
  axes.forEach((given, index) => {
    const axis = axisFrom(call, given, dims.length);
    const [start, end, step] = [starts[index], ends[index], steps[index]];
    if (start === undefined || end === undefined || step === undefined || step === 0) {
      reject(call, 'its starts, ends, axes and steps do not belong together');
    }
    ranges[axis] = sliceRange(dims[axis] as number, start, end, step);
  });
  return ranges;
}

function sliceRange(dim: number, start: number, end: number, step: number): SliceRange {
  const [low, high] = step > 0 ? [0, dim] : [-1, dim - 1];
  const from = clamp(start < 0 ? start + dim : start, step > 0 ? 0 : Math.min(0, high), high);
  const to = clamp(end < 0 ? end + dim : end, low, high);
  return { start: from, step, count: Math.max(0, Math.ceil((to - from) / step)) };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

const slice: Rule = (call) => [
  { type: operand(call, 0).type, dims: sliceRanges(call).map(({ count }) => count) },
];

const concat: Rule = (call) => {
  const operands = call.inputs.map((_, index) => operand(call, index));
  const { type, dims } = operand(call, 0);
  const axis = axisFrom(call, intAttribute(call.node, 'axis', 0), dims.length);
  for (const other of operands) {
    const fits =
      other.dims.length === dims.length && other.dims.every((dim, at) => at === axis || dim === dims[at]);
    if (!fits || other.type !== type)
      reject(call, `[${other.dims}] cannot be joined to [${dims}] along axis ${axis}`);
  }
  return [{ type, dims: dims.with(axis, sum(operands.map((other) => other.dims[axis] as number))) }];
};

/** The axis of a Split and the size of each part along it. */
export function splitParts(call: Call): { readonly axis: number; readonly sizes: readonly number[] } {
  const { dims } = operand(call, 0);
  const axis = axisFrom(call, intAttribute(call.node, 'axis', 0), dims.length);
  const whole = dims[axis] as number;
  const parts = intAttribute(call.node, 'num_outputs', call.node.outputs.length);
  if (parts < 1 || parts > Math.max(whole, call.node.outputs.length))
    reject(call, `an axis of ${whole} has no ${parts} parts`);
  const chunk = Math.ceil(whole / parts);
  const equal = Array.from({ length: parts }, (_, part) => clamp(whole - part * chunk, 0, chunk));
  const sizes = optionalIntegers(call, 'split', 1) ?? equal;
  if (sum(sizes) !== whole) reject(call, `parts of [${sizes}] do not fill an axis of ${whole}`);
  return { axis, sizes };
}

const split: Rule = (call) => {
  const { type, dims } = operand(call, 0);
  const { axis, sizes } = splitParts(call);
  return sizes.map((size) => ({ type, dims: dims.with(axis, size) }));
};

/** Elements to add before and after each axis; negative numbers remove elements. */
export function padding(call: Call): readonly { readonly before: number; readonly after: number }[] {
  const rank = operand(call, 0).dims.length;
  const pads = integers(call, 'pads', 1);
  const axes = optionalIntegers(call, 'axes', 3) ?? Array.from({ length: rank }, (_, axis) => axis);
  if (pads.length !== 2 * axes.length) reject(call, `${pads.length} pads do not fit ${axes.length} axes`);
  const result = Array.from({ length: rank }, () => ({ before: 0, after: 0 }));
  axes.forEach((axis, index) => {
    result[axisFrom(call, axis, rank)] = { before: pads[index] ?? 0, after: pads[index + axes.length] ?? 0 };
  });
  return result;
}

const pad: Rule = (call) => {
  const { type, dims } = operand(call, 0);
  const padded = padding(call).map(({ before, after }, axis) => before + (dims[axis] as number) + after);
  if (padded.some((dim) => dim < 0)) reject(call, `its pads take more than [${dims}] has`);
  return [{ type, dims: padded }];
};

const expand: Rule = (call) => {
  const { type, dims } = operand(call, 0);
  return [{ type, dims: broadcast(call, dims, integers(call, 'shape', 1)) }];
};

const tile: Rule = (call) => {
  const { type, dims } = operand(call, 0);
  const repeats = integers(call, 'repeats', 1);
  if (repeats.length !== dims.length)
    reject(call, `${repeats.length} repeats do not fit the rank ${dims.length}`);
  return [{ type, dims: dims.map((dim, axis) => dim * (repeats[axis] as number)) }];
};

const reshape: Rule = (call) => {
  const { type, dims } = operand(call, 0);
  const copyZeros = intAttribute(call.node, 'allowzero', 0) === 0;
  const asked = integers(call, 'shape', 1).map((dim, axis) =>
    dim === 0 && copyZeros ? (dims[axis] ?? 0) : dim,
  );
  const known = elementCount(asked.filter((dim) => dim !== -1));
  const result = asked.map((dim) => (dim === -1 ? elementCount(dims) / known : dim));
  if (
    elementCount(result) !== elementCount(dims) ||
    !result.every((dim) => Number.isInteger(dim) && dim >= 0)
  ) {
    reject(call, `[${dims}] cannot be reshaped to [${asked}]`);
  }
  return [{ type, dims: result }];
};

/** Which input axis each output axis of a Transpose shows; reversed by default. */
export function permutation(call: Call): readonly number[] {
  const rank = operand(call, 0).dims.length;
  const perm = intsAttribute(call.node, 'perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  const complete =
    perm.length === rank && new Set(perm).size === rank && perm.every((axis) => axis >= 0 && axis < rank);
  return complete ? perm : reject(call, `its permutation [${perm}] does not fit the rank ${rank}`);
}

const transpose: Rule = (call) => {
  const { type, dims } = operand(call, 0);
  return [{ type, dims: permutation(call).map((axis) => dims[axis] as number) }];
};

const squeeze: Rule = (call) => {
  const { type, dims } = operand(call, 0);
  const given = optionalIntegers(call, 'axes', 1)?.map((axis) => axisFrom(call, axis, dims.length));
  const axes = new Set(given ?? [...dims.keys()].filter((axis) => dims[axis] === 1));
  if ([...axes].some((axis) => dims[axis] !== 1))
    reject(call, `the axes [${[...axes]}] of [${dims}] are not all 1`);
  return [{ type, dims: dims.filter((_, axis) => !axes.has(axis)) }];
};

const unsqueeze: Rule = (call) => {
  const { type, dims } = operand(call, 0);
  const given = integers(call, 'axes', 1);
  const rank = dims.length + given.length;
  const axes = new Set(given.map((axis) => axisFrom(call, axis, rank)));
  if (axes.size !== given.length) reject(call, `its axes [${given}] name an axis twice`);
  const rest = dims.values();
  return [
    {
      type,
      dims: Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : (rest.next().value as number))),
    },
  ];
};

const flatten: Rule = (call) => {
  const { type, dims } = operand(call, 0);
  const given = intAttribute(call.node, 'axis', 1);
  const axis = given === dims.length ? given : axisFrom(call, given, dims.length);
  return [{ type, dims: [elementCount(dims.slice(0, axis)), elementCount(dims.slice(axis))] }];
};

function blocks(call: Call): { n: number; c: number; h: number; w: number; size: number } {
  const [n, c, h, w] = operand(call, 0).dims;
  const size = intAttribute(call.node, 'blocksize', 0);
  if (n === undefined || c === undefined || h === undefined || w === undefined || size < 1) {
    return refuse(call, 'it needs an input of rank 4 and a blocksize');
  }
  return { n, c, h, w, size };
}

const depthToSpace: Rule = (call) => {
  const { n, c, h, w, size } = blocks(call);
  return [{ type: operand(call, 0).type, dims: [n, c / size ** 2, h * size, w * size] }];
};

const spaceToDepth: Rule = (call) => {
  const { n, c, h, w, size } = blocks(call);
  return [{ type: operand(call, 0).type, dims: [n, c * size ** 2, h / size, w / size] }];
};

export const layout = {
  Concat: concat,
  DepthToSpace: depthToSpace,
  Expand: expand,
  Flatten: flatten,
  Pad: pad,
  Reshape: reshape,
  Slice: slice,
  SpaceToDepth: spaceToDepth,
  Split: split,
  Squeeze: squeeze,
  Tile: tile,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
} satisfies Record<string, Rule>;
