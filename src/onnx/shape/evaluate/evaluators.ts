import type { Shaped } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import type { Call } from '../call.ts';
import { create } from './create.ts';
import type { Evaluator } from './elements.ts';
import { elementwise } from './elementwise.ts';
import { indexing } from './indexing.ts';
import { layout } from './layout.ts';
import { reduce } from './reduce.ts';

const evaluators: ReadonlyMap<string, Evaluator> = new Map(
  Object.entries({ ...create, ...elementwise, ...indexing, ...layout, ...reduce } satisfies Record<
    string,
    Evaluator
  >),
);

/** Operators whose result follows from their inputs' shapes alone. */
const needShapesOnly: ReadonlySet<string> = new Set(['EyeLike', 'Shape', 'Size']);

/**
 * The results of a call whose inputs are constant, computed as the operator defines them; `results` are its inferred
 * outputs. Undefined where an input is not constant or nothing here can compute the operator.
 */
export function evaluate(call: Call, results: readonly Shaped[]): readonly Tensor[] | undefined {
  const { op, domain } = call.node;
  const [first] = results;
  const evaluator = domain === '' ? evaluators.get(op) : undefined;
  const known = needShapesOnly.has(op) || call.inputs.every((input) => input === undefined || input.tensor);
  if (!evaluator || !first || !known) return undefined;
  const computed = evaluator(call, first, results);
  return computed && 'data' in computed ? [computed] : computed;
}
