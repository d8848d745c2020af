import { intAttribute, stringAttribute } from '../../graph.ts';
import type { Rule } from '../call.ts';
import { broadcast, operand, refuse, reject } from '../call.ts';

/** A vector is a row on the left and a column on the right; the axis it gained is taken away again. */
const matMul: Rule = (call) => {
  const [left, right] = [operand(call, 0), operand(call, 1)];
  const a = left.dims.length === 1 ? [1, ...left.dims] : left.dims;
  const b = right.dims.length === 1 ? [...right.dims, 1] : right.dims;
  const [rows, inner] = a.slice(-2);
  const [innerRight, columns] = b.slice(-2);
  if (
    rows === undefined ||
    columns === undefined ||
    inner === undefined ||
    inner !== innerRight ||
    left.type !== right.type
  ) {
    return reject(
      call,
      `${left.type} [${left.dims}] cannot be multiplied with ${right.type} [${right.dims}]`,
    );
  }
  const dims = [...broadcast(call, a.slice(0, -2), b.slice(0, -2))];
  if (left.dims.length > 1) dims.push(rows);
  if (right.dims.length > 1) dims.push(columns);
  return [{ type: left.type, dims }];
};

const gemm: Rule = (call) => {
  const { type, dims: a } = operand(call, 0);
  const { dims: b } = operand(call, 1);
  const [rows, inner] = intAttribute(call.node, 'transA', 0) === 0 ? a : a.toReversed();
  const [innerRight, columns] = intAttribute(call.node, 'transB', 0) === 0 ? b : b.toReversed();
  if (a.length !== 2 || b.length !== 2 || inner !== innerRight)
    reject(call, `[${a}] and [${b}] do not fit together`);
  const dims = [rows as number, columns as number];
  const bias = call.inputs[2];
  if (bias) broadcast(call, dims, bias.dims);
  return [{ type, dims }];
};

/** Labels of one letter an axis, as in `bhqd,bhkd->bhqk`; without an arrow the labels met once, in alphabetical order. */
const einsum: Rule = (call) => {
  const equation = stringAttribute(call.node, 'equation', '').replaceAll(' ', '');
  if (!/^[a-zA-Z]*(,[a-zA-Z]*)*(->[a-zA-Z]*)?$/.test(equation))
    refuse(call, `the equation "${equation}" has an ellipsis or is not one`);
  const [terms = '', result] = equation.split('->');
  const sizes = new Map<string, number>();
  terms.split(',').forEach((labels, index) => {
    const { dims } = operand(call, index);
    if (dims.length !== labels.length) reject(call, `the labels "${labels}" do not fit [${dims}]`);
    dims.forEach((dim, axis) => {
      const label = labels[axis] as string;
      const known = sizes.get(label) ?? dim;
      if (known !== dim && known !== 1 && dim !== 1)
        reject(call, `the label "${label}" stands for ${known} and ${dim}`);
      sizes.set(label, Math.max(known, dim));
    });
  });
  const once = [...sizes.keys()].filter((label) => terms.split(label).length === 2).sort();
  const dims = (result === undefined ? once : [...result]).map(
    (label) => sizes.get(label) ?? reject(call, `the label "${label}" stands for no axis`),
  );
  return [{ type: operand(call, 0).type, dims }];
};

export const linear = { Einsum: einsum, Gemm: gemm, MatMul: matMul } satisfies Record<string, Rule>;
