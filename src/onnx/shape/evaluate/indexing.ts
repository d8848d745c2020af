import { intAttribute, stringAttribute } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import { elementCount } from '../../tensor.ts';
import type { Call } from '../call.ts';
import { axisFrom, numbersOf, operand, reject } from '../call.ts';
import type { Evaluator } from './elements.ts';
import { generate, offsets, pick, put, reader, stridesOf, tensorOf } from './elements.ts';

/** Positions along an axis of `size`, counted from the front. */
function positions(call: Call, indices: Tensor, size: number): number[] {
  return numbersOf(indices).map((index) => {
    if (index < -size || index >= size) reject(call, `the index ${index} is outside an axis of ${size}`);
    return index < 0 ? index + size : index;
  });
}

function axisOf(call: Call, fallback: number, rank: number): number {
  return axisFrom(call, intAttribute(call.node, 'axis', fallback), rank);
}

const gather: Evaluator = (call, result) => {
  const [source, indices] = [tensorOf(call, 0), tensorOf(call, 1)];
  const axis = axisOf(call, 0, source.dims.length);
  const size = source.dims[axis] as number;
  const inner = elementCount(source.dims.slice(axis + 1));
  const chosen = positions(call, indices, size);
  const at = Int32Array.from({ length: elementCount(result.dims) }, (_, index) => {
    const block = Math.floor(index / inner);
    const outer = Math.floor(block / chosen.length);
    return (outer * size + (chosen[block % chosen.length] as number)) * inner + (index % inner);
  });
  return pick(source, result.dims, at);
};

/** Offsets into a tensor of shape `dims` of the elements that GatherElements and ScatterElements name. */
function elementOffsets(call: Call, dims: readonly number[]): Int32Array {
  const indices = tensorOf(call, 1);
  const axis = axisOf(call, 0, dims.length);
  const strides = stridesOf(dims);
  const base = offsets(indices.dims, strides.with(axis, 0));
  return positions(call, indices, dims[axis] as number).reduce((at, position, index) => {
    at[index] = (at[index] as number) + position * (strides[axis] as number);
    return at;
  }, base);
}

const gatherElements: Evaluator = (call, result) => {
  const source = tensorOf(call, 0);
  return pick(source, result.dims, elementOffsets(call, source.dims));
};

const scatterElements: Evaluator = (call) => {
  const source = tensorOf(call, 0);
  if (stringAttribute(call.node, 'reduction', 'none') !== 'none') return undefined;
  const target: Tensor = { ...source, data: source.data.slice() };
  put(target, elementOffsets(call, source.dims), tensorOf(call, 2));
  return target;
};

/** Offsets into a tensor of shape `dims` of the elements that GatherND and ScatterND name, in the order of their slices. */
function sliceOffsets(call: Call, dims: readonly number[], batchDims: number): Int32Array {
  const indices = tensorOf(call, 1);
  const depth = indices.dims.at(-1) ?? 0;
  const strides = stridesOf(dims);
  const values = numbersOf(indices);
  const count = elementCount(indices.dims.slice(0, -1));
  const perBatch = count / elementCount(dims.slice(0, batchDims));
  const batchSize = elementCount(dims.slice(batchDims));
  const inner = elementCount(dims.slice(batchDims + depth));
  const starts = Array.from({ length: count }, (_, slice) => {
    let start = Math.floor(slice / perBatch) * batchSize;
    for (let level = 0; level < depth; level++) {
      const size = dims[batchDims + level] as number;
      const index = values[slice * depth + level] as number;
      if (index < -size || index >= size) reject(call, `the index ${index} is outside an axis of ${size}`);
      start += (index < 0 ? index + size : index) * (strides[batchDims + level] as number);
    }
    return start;
  });
  return Int32Array.from(
    { length: count * inner },
    (_, at) => (starts[Math.floor(at / inner)] as number) + (at % inner),
  );
}

const gatherND: Evaluator = (call, result) => {
  const source = tensorOf(call, 0);
  const at = sliceOffsets(call, source.dims, intAttribute(call.node, 'batch_dims', 0));
  return pick(source, result.dims, at);
};

const scatterND: Evaluator = (call) => {
  const source = tensorOf(call, 0);
  if (stringAttribute(call.node, 'reduction', 'none') !== 'none') return undefined;
  const target: Tensor = { ...source, data: source.data.slice() };
  put(target, sliceOffsets(call, source.dims, 0), tensorOf(call, 2));
  return target;
};

/** Indices outside the depth give only "off" values. */
const oneHot: Evaluator = (call, result) => {
  const indices = tensorOf(call, 0);
  const [off = 0, on = 1] = [0, 1].map(reader(tensorOf(call, 2)));
  const axis = axisOf(call, -1, result.dims.length);
  const [depth, inner] = [result.dims[axis] as number, elementCount(result.dims.slice(axis + 1))];
  const chosen = numbersOf(indices).map((index) => (index < 0 ? index + depth : index));
  return generate(result, (at) => {
    const outer = Math.floor(at / (depth * inner));
    return chosen[outer * inner + (at % inner)] === Math.floor(at / inner) % depth ? on : off;
  });
};

const trilu: Evaluator = (call, result) => {
  const source = tensorOf(call, 0);
  const [rows = 0, columns = 0] = operand(call, 0).dims.slice(-2);
  const shift = call.inputs[1] ? (numbersOf(tensorOf(call, 1))[0] ?? 0) : 0;
  const upper = intAttribute(call.node, 'upper', 1) === 1;
  const read = reader(source);
  return generate(result, (index) => {
    const distance = (index % columns) - (Math.floor(index / columns) % rows) - shift;
    return (upper ? distance >= 0 : distance <= 0) ? read(index) : 0;
  });
};

export const indexing = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  OneHot: oneHot,
  ScatterElements: scatterElements,
  ScatterND: scatterND,
  Trilu: trilu,
} satisfies Record<string, Evaluator>;
