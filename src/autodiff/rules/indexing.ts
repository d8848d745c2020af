import { stringAttribute } from '../../onnx/graph.ts';
import { int64 } from '../../onnx/tensor.ts';
import { linear, type RuleContext, type RuleTable } from '../rule.ts';
import { normalizedAxis, range } from './axes.ts';

const largestTable = 65_536;

/** Lookups and changes by index. */
export const indexing = {
  /** A lookup is a product with one-hot rows, and so is its transpose; feasible for the small tables that models of our own train. */
  Gather: linear((context) => [() => gatherTranspose(context), null]),
  ScatterND: linear((context) => {
    const { node, emit, inputs, cotangent, shape } = context;
    const [, indices = '', updates = ''] = inputs;
    if (stringAttribute(node, 'reduction', 'none') !== 'none')
      context.refuse('it joins what it writes with what stands there');
    return [
      () => emit.builder.op('ScatterND', [cotangent, indices, emit.zeros(shape(updates))]),
      null,
      () => emit.builder.op('GatherND', [cotangent, indices]),
    ];
  }),
} satisfies RuleTable;

function gatherTranspose(context: RuleContext): string {
  const { node, emit, inputs, cotangent, shape } = context;
  const [data = '', indices = ''] = inputs;
  const dims = shape(data);
  const axis = normalizedAxis(context, node.attributes.axis, 0);
  const rows = dims[axis] ?? 0;
  if (rows > largestTable)
    context.refuse(`a lookup among ${rows} rows is too large to differentiate (at most ${largestTable})`);
  const count = shape(indices).reduce((product, size) => product * size, 1);
  const rest = dims.filter((_, index) => index !== axis);
  const width = rest.reduce((product, size) => product * size, 1);
  const outputRank = shape(context.outputs[0] ?? '').length;
  const looked = range(shape(indices).length).map((index) => axis + index);
  const others = range(outputRank).filter((index) => !looked.includes(index));

  const perLookup = emit.reshape(emit.transpose(cotangent, [...looked, ...others]), [count, width]);
  const numbered = emit.builder.constant(int64([rows, 1], range(rows)));
  const wrapped = emit.cast(emit.reshape(indices, [1, count]), 'int64');
  const direct = emit.builder.op('Equal', [numbered, wrapped]);
  const fromEnd = emit.builder.op('Equal', [
    numbered,
    emit.add(wrapped, emit.builder.constant(int64([], [rows]))),
  ]);
  const oneHot = emit.cast(emit.builder.op('Or', [direct, fromEnd]), 'float32');
  const summed = emit.reshape(emit.matmul(oneHot, perLookup), [rows, ...rest]);
  if (axis === 0) return summed;
  const back = range(dims.length).map((index) => (index < axis ? index + 1 : index === axis ? 0 : index));
  return emit.transpose(summed, back);
}
