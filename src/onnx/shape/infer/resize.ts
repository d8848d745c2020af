import { intsAttribute, stringAttribute } from '../../graph.ts';
import type { Call, Rule } from '../call.ts';
import { axisFrom, constant, numbersOf, operand, refuse, reject } from '../call.ts';

/** Sizes are floor(size · scale), in single precision as the runtime computes them. */
function scaled(
  call: Call,
  dims: readonly number[],
  axes: readonly number[],
  scales: readonly number[],
): readonly number[] {
  if (scales.length !== axes.length) reject(call, `${scales.length} scales do not fit ${axes.length} axes`);
  return axes.reduce((result, axis, index) => {
    return result.with(axis, Math.floor(Math.fround((dims[axis] as number) * (scales[index] as number))));
  }, dims);
}

/** A constant input that may be omitted or be empty. */
function given(call: Call, index: number): readonly number[] | undefined {
  const input = call.inputs[index];
  return input === undefined || input.dims[0] === 0 ? undefined : numbersOf(constant(call, index));
}

const resize: Rule = (call) => {
  const { type, dims } = operand(call, 0);
  const mode = stringAttribute(call.node, 'coordinate_transformation_mode', 'half_pixel');
  if (mode === 'tf_crop_and_resize') refuse(call, 'the mode tf_crop_and_resize is not supported');
  const policy = stringAttribute(call.node, 'keep_aspect_ratio_policy', 'stretch');
  if (policy !== 'stretch') refuse(call, `the keep_aspect_ratio_policy "${policy}" is not supported`);
  const axes = (intsAttribute(call.node, 'axes') ?? [...dims.keys()]).map((axis) =>
    axisFrom(call, axis, dims.length),
  );
  const sizes = given(call, 3);
  if (sizes)
    return [
      { type, dims: axes.reduce((result, axis, index) => result.with(axis, sizes[index] as number), dims) },
    ];
  const scales = given(call, call.opset < 11 ? 1 : 2) ?? reject(call, 'it has neither scales nor sizes');
  return [{ type, dims: scaled(call, dims, axes, scales) }];
};

const upsample: Rule = (call) => {
  const { type, dims } = operand(call, 0);
  const attribute = call.node.attributes.scales;
  const scales = attribute?.kind === 'floats' ? attribute.value : numbersOf(constant(call, 1));
  return [{ type, dims: scaled(call, dims, [...dims.keys()], scales) }];
};

export const resizing = { Resize: resize, Upsample: upsample } satisfies Record<string, Rule>;
