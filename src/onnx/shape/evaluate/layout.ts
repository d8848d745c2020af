import { intAttribute, stringAttribute } from '../../graph.ts';
import { allocate, elementCount } from '../../tensor.ts';
import { axisFrom } from '../call.ts';
import { padding, permutation, sliceRanges, splitParts } from '../infer/layout.ts';
import type { Evaluator } from './elements.ts';
import { expandTo, generate, offsets, pick, put, reader, stridesOf, tensorOf } from './elements.ts';

/** The same elements under another shape. */
const relabel: Evaluator = (call, { dims }) => ({ ...tensorOf(call, 0), dims });

const concat: Evaluator = (call, { type, dims }) => {
  const target = { type, dims, data: allocate(type, elementCount(dims)) };
  const axis = axisFrom(call, intAttribute(call.node, 'axis', 0), dims.length);
  const strides = stridesOf(dims);
  let start = 0;
  for (const index of call.inputs.keys()) {
    const part = tensorOf(call, index);
    put(target, offsets(part.dims, strides, start * (strides[axis] as number)), part);
    start += part.dims[axis] as number;
  }
  return target;
};

const expand: Evaluator = (call, { dims }) => expandTo(tensorOf(call, 0), dims);

/** Constant padding only; the other modes stay in the graph. */
const pad: Evaluator = (call, result) => {
  const source = tensorOf(call, 0);
  const sides = padding(call);
  const cuts = sides.some(({ before, after }) => before < 0 || after < 0);
  if (cuts || stringAttribute(call.node, 'mode', 'constant') !== 'constant') return undefined;
  const fill = call.inputs[2] ? reader(tensorOf(call, 2))(0) : 0;
  const target = generate(result, () => fill);
  const strides = stridesOf(result.dims);
  const start = sides.reduce((offset, { before }, axis) => offset + before * (strides[axis] as number), 0);
  put(target, offsets(source.dims, strides, start), source);
  return target;
};

const slice: Evaluator = (call, { dims }) => {
  const source = tensorOf(call, 0);
  const strides = stridesOf(source.dims);
  const ranges = sliceRanges(call);
  const start = ranges.reduce((offset, range, axis) => offset + range.start * (strides[axis] as number), 0);
  const steps = ranges.map(({ step }, axis) => step * (strides[axis] as number));
  return pick(source, dims, offsets(dims, steps, start));
};

const split: Evaluator = (call, _, results) => {
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

const tile: Evaluator = (call, { dims }) => {
  const source = tensorOf(call, 0);
  const [from, to] = [stridesOf(source.dims), stridesOf(dims)];
  const offsetOf = (index: number) =>
    source.dims.reduce((offset, size, axis) => {
      const position = Math.floor(index / (to[axis] as number)) % size;
      return offset + position * (from[axis] as number);
    }, 0);
  return pick(
    source,
    dims,
    Int32Array.from({ length: elementCount(dims) }, (_, index) => offsetOf(index)),
  );
};

const transpose: Evaluator = (call, { dims }) => {
  const source = tensorOf(call, 0);
  const strides = stridesOf(source.dims);
  const shown = permutation(call).map((axis) => strides[axis] as number);
  return pick(source, dims, offsets(dims, shown));
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
