import type { Shaped } from '../graph.ts';
import type { Call } from './call.ts';
import { reader } from './evaluate/elements.ts';
import { uniformElement } from './evaluate/uniform.ts';

/** Operators that change nothing where they change no shape. */
const reshaping: ReadonlySet<string> = new Set(['Expand', 'Flatten', 'Reshape', 'Squeeze', 'Tile']);

/** The element that an operator leaves its other input unchanged with, and whether it may be the left one, too. */
const neutral: Readonly<Record<string, { readonly element: number; readonly commutes: boolean }>> = {
  Add: { element: 0, commutes: true },
  Div: { element: 1, commutes: false },
  Mul: { element: 1, commutes: true },
  Sub: { element: 0, commutes: false },
};

/** The input, by its name, that a node's only output is the same as. */
export function aliasOf(call: Call, result: Shaped): string | undefined {
  const { op, domain, inputs, outputs } = call.node;
  if (domain !== '' || outputs.slice(1).some((name) => name !== '')) return undefined;
  const unchanged = sameShape(call.inputs[0], result);
  if (op === 'Identity' || op === 'Dropout') return inputs[0];
  if (unchanged && (reshaping.has(op) || (op === 'Cast' && call.inputs[0]?.type === result.type)))
    return inputs[0];
  if (unchanged && isNeutral(call, 1)) return inputs[0];
  if (sameShape(call.inputs[1], result) && isNeutral(call, 0)) return inputs[1];
  return undefined;
}

function sameShape(operand: Shaped | undefined, { dims }: Shaped): boolean {
  return operand?.dims.length === dims.length && operand.dims.every((dim, axis) => dim === dims[axis]);
}

function isNeutral({ node, inputs }: Call, index: number): boolean {
  const rule = neutral[node.op];
  const operand = inputs[index];
  if (rule === undefined || operand === undefined || (index === 0 && !rule.commutes)) return false;
  const element = uniformElement(operand);
  return element !== undefined && Number(reader(element)(0)) === rule.element;
}
