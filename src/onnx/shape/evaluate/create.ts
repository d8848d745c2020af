import { intAttribute } from '../../graph.ts';
import { elementCount, int64 } from '../../tensor.ts';
import { operand } from '../call.ts';
import { constantValue, fillValue, shownAxes } from '../infer/create.ts';
import type { Evaluator } from './elements.ts';
import { expandTo, generate, reader, tensorOf } from './elements.ts';

const constantOfShape: Evaluator = (call, { dims }) => expandTo(fillValue(call), dims);

const eyeLike: Evaluator = (call, result) => {
  const columns = result.dims[1] ?? 0;
  const shift = intAttribute(call.node, 'k', 0);
  return generate(result, (index) => (index % columns) - Math.floor(index / columns) === shift);
};

const range: Evaluator = (call, result) => {
  const [start, delta] = [reader(tensorOf(call, 0))(0), reader(tensorOf(call, 2))(0)];
  if (typeof start === 'bigint' && typeof delta === 'bigint') {
    return generate(result, (index) => start + BigInt(index) * delta);
  }
  return generate(result, (index) => Number(start) + index * Number(delta));
};

const shape: Evaluator = (call, { dims }) => int64(dims, operand(call, 0).dims.slice(...shownAxes(call)));

const size: Evaluator = (call) => int64([], [elementCount(operand(call, 0).dims)]);

export const create = {
  Constant: constantValue,
  ConstantOfShape: constantOfShape,
  EyeLike: eyeLike,
  Range: range,
  Shape: shape,
  Size: size,
} satisfies Record<string, Evaluator>;
