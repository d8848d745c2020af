import { intsAttribute } from '../../onnx/graph.ts';
import { linear, none, type RuleContext, type RuleTable } from '../rule.ts';
import { normalizedAxis, range, wrapAxis } from './axes.ts';

/** Gives the cotangent the input's shape: the transpose of every operator that only regroups dimensions. */
const reshapeBack = linear(({ inputs, cotangent, emit, shape }) => [
  () => emit.reshape(cotangent, shape(inputs[0] ?? '')),
  null,
]);

/** Operators that move elements without changing them. */
export const shape = {
  Identity: linear(({ cotangent }) => [() => cotangent]),
  Reshape: reshapeBack,
  Flatten: reshapeBack,
  Squeeze: reshapeBack,
  Unsqueeze: reshapeBack,
  /** The inverse permutation. */
  Transpose: linear((context) => {
    const rank = context.shape(context.inputs[0] ?? '').length;
    const perm = intsAttribute(context.node, 'perm') ?? range(rank).toReversed();
    const inverse = range(rank).map((axis) => perm.indexOf(axis));
    return [() => context.emit.transpose(context.cotangent, inverse)];
  }),
  Expand: linear(({ inputs, outputs, cotangent, emit, shape }) => [
    () => emit.sumTo(cotangent, shape(outputs[0] ?? ''), shape(inputs[0] ?? '')),
    null,
  ]),
  /** Each input gets its slice of g. */
  Concat: linear((context) => {
    const axis = normalizedAxis(context, context.node.attributes.axis, 0);
    let offset = 0;
    return context.inputs.map((input) => {
      const start = offset;
      offset += context.shape(input)[axis] ?? 0;
      const end = offset;
      return () => context.emit.slice(context.cotangent, [start], [end], [axis]);
    });
  }),
  Split: linear((context) => {
    const axis = normalizedAxis(context, context.node.attributes.axis, 0);
    return [
      () =>
        context.emit.concat(
          context.outputs.map((_, index) => context.cotangentOf(index)),
          axis,
        ),
      null,
    ];
  }),
  Slice: linear((context) => [() => sliceTranspose(context), null, null, null, null]),
  /** Only float32 values are walked through, so a cast on the way changes nothing. */
  Cast: linear(({ cotangent }) => [() => cotangent]),
  Constant: none,
  Shape: none,
  Size: none,
  ConstantOfShape: none,
  Range: none,
} satisfies RuleTable;

/** Puts the cotangent back where the slice was taken and zeros around it. */
function sliceTranspose(context: RuleContext): string {
  const { emit, inputs, cotangent, shape } = context;
  const dims = shape(inputs[0] ?? '');
  const starts = context.integers(1);
  const axes = inputs[3] ? context.integers(3) : range(starts.length);
  const steps = inputs[4] ? context.integers(4) : starts.map(() => 1);
  if (steps.some((step) => step !== 1))
    context.refuse(`a slice with steps [${steps}] cannot be differentiated, only with steps of 1`);
  let filled = shape(context.outputs[0] ?? '');
  return axes.reduce((value, axisGiven, index) => {
    const axis = wrapAxis(axisGiven, dims.length);
    const size = dims[axis] ?? 0;
    const kept = filled[axis] ?? 0;
    const before = clamp(starts[index] ?? 0, size);
    const whole = emit.pad(value, filled, axis, before, size - before - kept);
    filled = filled.with(axis, size);
    return whole;
  }, cotangent);
}

function clamp(start: number, size: number): number {
  return Math.min(Math.max(start < 0 ? start + size : start, 0), size);
}
