import { intAttribute, stringAttribute } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import { allocate, elementCount } from '../../tensor.ts';
import { axisFrom } from '../call.ts';
import { padding, permutation, sliceRanges, splitParts } from '../infer/layout.ts';
import type { Evaluator } from './elements.ts';
import {
  expandTo,
  generate,
  isComputable,
  offsets,
  pick,
  put,
  reader,
  stridesOf,
  tensorOf,
} from './elements.ts';

/** The same elements under another shape. */
const relabel: Evaluator = (call, [result]) => result && [{ ...tensorOf(call, 0), dims: result.dims }];

const concat: Evaluator = (call, [result]) => {
  if (!result) return undefined;
  const target: Tensor = { ...result, data: allocate(result.type, elementCount(result.dims)) };
  const axis = axisFrom(call, intAttribute(call.node, 'axis', 0), result.dims.length);
  const strides = stridesOf(result.dims);
  let start = 0;
  for (const index of call.inputs.keys()) {
    const part = tensorOf(call, index);
    put(target, offsets(part.dims, strides, start * (strides[axis] as number)), part);
    start += part.dims[axis] as number;
  }
  return [target];
};

const expand: Evaluator = (call, [result]) => result && [expandTo(tensorOf(call, 0), result.dims)];

/** Constant padding only; the other modes stay in the graph. */
const pad: Evaluator = (call, [result]) => {
  const source = tensorOf(call, 0);
  const fill = call.inputs[2]?.tensor;
  if (!result || stringAttribute(call.node, 'mode', 'constant') !== 'constant' || !isComputable(source.type))
    return undefined;
  const sides = padding(call);
  if (sides.some(({ before, after }) => before < 0 || after < 0)) return undefined;
  const target = generate(result, () => (fill ? reader(fill)(0) : 0));
  const strides = stridesOf(result.dims);
  const start = sides.reduce((offset, { before }, axis) => offset + before * (strides[axis] as number), 0);
  put(target, offsets(source.dims, strides, start), source);
  return [target];
};

const slice: Evaluator = (call, [result]) => {
  const source = tensorOf(call, 0);
  if (!result) return undefined;
  const strides = stridesOf(source.dims);
  const ranges = sliceRanges(call);
  const start = ranges.reduce((offset, range, axis) => offset + range.start * (strides[axis] as number), 0);
  const steps = ranges.map(({ step }, axis) => step * (strides[axis] as number));
  return [pick(source, result.dims, offsets(result.dims, steps, start))];
};

const split: Evaluator = (call, results) => {
  const source = tensorOf(call, 0);
  const { axis } = splitParts(call);
  const strides = stridesOf(source.dims);
  let start = 0;
  return results.map(({ dims }) => {
    const at = offsets(dims, strides, start * (strides[axis] as number));
    start += dims[axis] as number;
    return pick(source, dims, at);
  });
};

const tile: Evaluator = (call, [result]) => {
  const source = tensorOf(call, 0);
  if (!result) return undefined;
  const [from, to] = [stridesOf(source.dims), stridesOf(result.dims)];
  const at = Int32Array.from({ length: elementCount(result.dims) }, (_, index) =>
    source.dims.reduce(
      (offset, dim, axis) =>
        offset + (Math.floor(index / (to[axis] as number)) % dim) * (from[axis] as number),
      0,
    ),
  );
  return [pick(source, result.dims, at)];
};

const transpose: Evaluator = (call, [result]) => {
  const source = tensorOf(call, 0);
  if (!result) return undefined;
  const strides = stridesOf(source.dims);
  return [
    pick(
      source,
      result.dims,
      offsets(
        result.dims,
        permutation(call).map((axis) => strides[axis] as number),
      ),
    ),
  ];
};

export const layout = {
  Concat: concat,
  Expand: expand,
  Flatten: relabel,
  Pad: pad,
  Reshape: relabel,
  Slice: slice,
  Split: split,
  Squeeze: relabel,
  Tile: tile,
  Transpose: transpose,
  Unsqueeze: relabel,
} satisfies Record<string, Evaluator>;
