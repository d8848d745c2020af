import { linear, none, type RuleContext, type RuleTable } from '../rule.ts';
import { reductionAxes } from './axes.ts';

/** Reductions, whose transposes repeat the cotangent over the reduced axes. */
export const reduction = {
  ReduceSum: linear((context) => [() => spread(context), null]),
  /** dx = g/n, repeated over the n elements of each mean. */
  ReduceMean: linear((context) => {
    const dims = context.shape(context.inputs[0] ?? '');
    const count = reductionAxes(context)
      .values()
      .reduce((product, axis) => product * (dims[axis] ?? 1), 1);
    return [() => context.emit.scale(spread(context), 1 / count), null];
  }),
  ArgMax: none,
  ArgMin: none,
} satisfies RuleTable;

function spread(context: RuleContext): string {
  const { emit, inputs, cotangent } = context;
  const dims = context.shape(inputs[0] ?? '');
  const axes = reductionAxes(context);
  const kept = dims.map((size, axis) => (axes.has(axis) ? 1 : size));
  return emit.expand(emit.reshape(cotangent, kept), dims);
}
