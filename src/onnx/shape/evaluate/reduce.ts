import { intAttribute } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import { axisFrom, numbersOf, sum } from '../call.ts';
import { axesOf } from '../infer/reduce.ts';
import type { Element, Evaluator } from './elements.ts';
import { generate, isInteger, offsets, reader, stridesOf, tensorOf } from './elements.ts';

/** The elements of `tensor` in groups that run over `axes`, in row-major order of the other axes. */
function groupsAlong(tensor: Tensor, axes: ReadonlySet<number>): Element[][] {
  const strides = stridesOf(tensor.dims);
  const along = (inside: boolean) => {
    const chosen = [...tensor.dims.keys()].filter((axis) => axes.has(axis) === inside);
    return offsets(
      chosen.map((axis) => tensor.dims[axis] as number),
      chosen.map((axis) => strides[axis] as number),
    );
  };
  const [outer, inner] = [along(false), along(true)];
  const read = reader(tensor);
  return Array.from(outer, (start) => Array.from(inner, (step) => read(start + step)));
}

type FloatFold = (values: readonly number[]) => number;
type IntegerFold = (values: readonly bigint[]) => bigint;

/** Reduces every group; an empty group stays in the graph. */
function reduction(float: FloatFold, integer?: IntegerFold): Evaluator {
  return (call, result) => {
    const source = tensorOf(call, 0);
    const fold = (isInteger(source.type) ? integer : float) as ((values: Element[]) => Element) | undefined;
    const groups = groupsAlong(source, axesOf(call));
    if (fold === undefined || groups.some(({ length }) => length === 0)) return undefined;
    return generate(result, (index) => fold(groups[index] as Element[]));
  };
}

/** The first of equal elements, or the last with `select_last_index`. */
function position(better: (a: Element, b: Element) => boolean): Evaluator {
  return (call, result) => {
    const source = tensorOf(call, 0);
    const axis = axisFrom(call, intAttribute(call.node, 'axis', 0), source.dims.length);
    const last = intAttribute(call.node, 'select_last_index', 0) === 1;
    const groups = groupsAlong(source, new Set([axis]));
    if (groups.some(({ length }) => length === 0)) return undefined;
    const replaces = (a: Element, b: Element) => better(a, b) || (last && a === b);
    return generate(result, (index) => {
      const group = groups[index] as Element[];
      return group.reduce<number>(
        (best, value, at) => (replaces(value, group[best] as Element) ? at : best),
        0,
      );
    });
  };
}

const cumulativeSum: Evaluator = (call, result) => {
  const source = tensorOf(call, 0);
  const axis = axisFrom(call, numbersOf(tensorOf(call, 1))[0] ?? 0, source.dims.length);
  const exclusive = intAttribute(call.node, 'exclusive', 0) === 1;
  const reverse = intAttribute(call.node, 'reverse', 0) === 1;
  const [stride, size] = [stridesOf(source.dims)[axis] as number, source.dims[axis] as number];
  const read = reader(source);
  const zero = isInteger(source.type) ? 0n : 0;
  const [first, back] = reverse ? [size - 1, stride] : [0, -stride];
  const totals: Element[] = Array(source.data.length);
  const before = (index: number) =>
    Math.floor(index / stride) % size === first ? zero : (totals[index + back] as Element);
  for (let step = 0; step < totals.length; step++) {
    const index = reverse ? totals.length - 1 - step : step;
    totals[index] = plus(before(index), read(index));
  }
  return generate(result, (index) => (exclusive ? before(index) : (totals[index] as Element)));
};

function plus(a: Element, b: Element): Element {
  return typeof a === 'bigint' ? a + (b as bigint) : a + (b as number);
}

const integerSum: IntegerFold = (values) => values.reduce((a, b) => a + b);

export const reduce = {
  ArgMax: position((a, b) => a > b),
  ArgMin: position((a, b) => a < b),
  CumSum: cumulativeSum,
  ReduceL2: reduction((values) => Math.sqrt(sum(values.map((value) => value * value)))),
  ReduceMax: reduction(
    (values) => values.reduce((a, b) => Math.max(a, b)),
    (values) => values.reduce((a, b) => (a > b ? a : b)),
  ),
  ReduceMean: reduction(
    (values) => sum(values) / values.length,
    (values) => integerSum(values) / BigInt(values.length),
  ),
  ReduceMin: reduction(
    (values) => values.reduce((a, b) => Math.min(a, b)),
    (values) => values.reduce((a, b) => (a < b ? a : b)),
  ),
  ReduceProd: reduction(
    (values) => values.reduce((a, b) => a * b),
    (values) => values.reduce((a, b) => a * b),
  ),
  ReduceSum: reduction(sum, integerSum),
} satisfies Record<string, Evaluator>;
