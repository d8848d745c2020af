import type { Shaped } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import type { Call, Operand } from '../call.ts';
import { fillValue } from '../infer/create.ts';
import { elementwise } from './elementwise.ts';

/** Operators whose every output element is one of the first input's. */
const rearranging: ReadonlySet<string> = new Set([
  'Expand',
  'Flatten',
  'Reshape',
  'Slice',
  'Squeeze',
  'Tile',
  'Transpose',
  'Unsqueeze',
]);

const pointwise = new Map(Object.entries(elementwise));

/** The one element that all elements of an operand are equal to, as a scalar. */
export function uniformElement({ dims, tensor, uniform }: Operand): Tensor | undefined {
  if (uniform || tensor === undefined || dims.some((dim) => dim !== 1)) return uniform;
  return { ...tensor(), dims: [] };
}

/**
 * The one element that all elements of a call's result will be equal to, as a scalar. Exporters fill whole attention
 * maps with zeros; known by their one element, they need neither time nor memory.
 */
export function uniformResult(call: Call, result: Shaped): Tensor | undefined {
  const { op, domain } = call.node;
  if (domain !== '') return undefined;
  if (op === 'ConstantOfShape') return fillValue(call);
  const first = call.inputs[0];
  if (rearranging.has(op)) return first && uniformElement(first);
  const evaluator = pointwise.get(op);
  const scalars = evaluator ? call.inputs.map((input) => input && scalarOf(input)) : [];
  if (!evaluator || scalars.some((scalar, index) => scalar === undefined && call.inputs[index]))
    return undefined;
  return evaluator({ ...call, inputs: scalars }, { type: result.type, dims: [] }, []) as Tensor | undefined;
}

function scalarOf(operand: Operand): Operand | undefined {
  const element = uniformElement(operand);
  return element && { type: element.type, dims: [], tensor: () => element };
}
