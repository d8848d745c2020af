import { intAttribute } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import type { Call } from '../call.ts';
import { axisFrom, numbersOf, sum } from '../call.ts';
import { reducedAxes } from '../infer/reduce.ts';
import type { Element, Evaluator } from './elements.ts';
import { generate, isComputable, isInteger, offsets, reader, stridesOf, tensorOf } from './elements.ts';

/** The elements of `tensor` in groups that run over `axes`, in row-major order of the other axes. */
function groups(tensor: Tensor, axes: ReadonlySet<number>): Element[][] {
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

type Fold = (values: readonly number[]) => number;
type IntegerFold = (values: readonly bigint[]) => bigint;

/** Reduces every group; an empty group or an element type without a rule stays in the graph. */
function reduction(float: Fold, integer?: IntegerFold): Evaluator {
  return (call, [result]) => {
    const source = tensorOf(call, 0);
    const kernel = isInteger(source.type) ? integer : float;
    if (!result || !kernel || !isComputable(source.type)) return undefined;
    const all = groups(source, reducedAxes(call));
    if (all.some((group) => group.length === 0)) return undefined;
    return [generate(result, (index) => (kernel as (values: Element[]) => Element)(all[index] as Element[]))];
  };
}

const isMissing = (value: Element) => Number.isNaN(value);
const largest = <T extends Element>(values: readonly T[]): T =>
  values.reduce((a, b) => (a >= b || isMissing(a) ? a : b));
const smallest = <T extends Element>(values: readonly T[]): T =>
  values.reduce((a, b) => (a <= b || isMissing(a) ? a : b));

/** The first of equal elements, or the last with `select_last_index`. */
function position(better: (a: Element, b: Element) => boolean): Evaluator {
  return (call, [result]) => {
    const source = tensorOf(call, 0);
    if (!result || !isComputable(source.type)) return undefined;
    const axis = axisFrom(call, intAttribute(call.node, 'axis', 0), source.dims.length);
    const last = intAttribute(call.node, 'select_last_index', 0) === 1;
    const replaces = (a: Element, b: Element) => better(a, b) || (last && a === b);
    const best = (group: readonly Element[]) =>
      group.reduce<number>((at, value, index) => (replaces(value, group[at] as Element) ? index : at), 0);
    const all = groups(source, new Set([axis]));
    return all.some((group) => group.length === 0)
      ? undefined
      : [generate(result, (index) => best(all[index] as Element[]))];
  };
}

const cumulativeSum: Evaluator = (call, [result]) => {
  const source = tensorOf(call, 0);
  if (!result || !isComputable(source.type)) return undefined;
  const axis = axisOf(call, source);
  const [exclusive, reverse] = [
    intAttribute(call.node, 'exclusive', 0),
    intAttribute(call.node, 'reverse', 0),
  ];
  const [stride, size] = [stridesOf(source.dims)[axis] as number, source.dims[axis] as number];
  const read = reader(source);
  return [
    generate(result, (index) => {
      const at = Math.floor(index / stride) % size;
      const [from, to] = reverse === 1 ? [at + exclusive, size] : [0, at + 1 - exclusive];
      let total: Element = isInteger(source.type) ? 0n : 0;
      for (let step = from; step < to; step++) total = add(total, read(index + (step - at) * stride));
      return total;
    }),
  ];
};

function axisOf(call: Call, source: Tensor): number {
  return axisFrom(call, numbersOf(tensorOf(call, 1))[0] ?? 0, source.dims.length);
}

function add(a: Element, b: Element): Element {
  return typeof a === 'bigint' ? a + (b as bigint) : a + (b as number);
}

const total: IntegerFold = (values) => values.reduce((a, b) => a + b);

export const reduce = {
  ArgMax: position((a, b) => a > b),
  ArgMin: position((a, b) => a < b),
  CumSum: cumulativeSum,
  ReduceL2: reduction((values) => Math.sqrt(sum(values.map((value) => value * value)))),
  ReduceMax: reduction(largest, largest),
  ReduceMean: reduction(
    (values) => sum(values) / values.length,
    (values) => total(values) / BigInt(values.length),
  ),
  ReduceMin: reduction(smallest, smallest),
  ReduceProd: reduction(
    (values) => values.reduce((a, b) => a * b),
    (values) => values.reduce((a, b) => a * b),
  ),
  ReduceSum: reduction(sum, total),
} satisfies Record<string, Evaluator>;
