import type { Shaped } from '../../graph.ts';
import type { Call, Rule } from '../call.ts';
import { refuse, reject } from '../call.ts';
import { convolution } from './conv.ts';
import { create } from './create.ts';
import { elementwise } from './elementwise.ts';
import { fused } from './fused.ts';
import { indexing } from './indexing.ts';
import { layout } from './layout.ts';
import { linear } from './linear.ts';
import { norm } from './norm.ts';
import { reduce } from './reduce.ts';
import { refused } from './refused.ts';
import { resizing } from './resize.ts';

const rules: ReadonlyMap<string, Rule> = new Map(
  Object.entries({
    ...convolution,
    ...create,
    ...elementwise,
    ...fused,
    ...indexing,
    ...layout,
    ...linear,
    ...norm,
    ...reduce,
    ...refused,
    ...resizing,
  } satisfies Record<string, Rule>),
);

/** Types and shapes of a call's outputs. Raises 'unsupported-operator' or 'invalid-model', naming operator, node and reason. */
export function infer(call: Call): readonly Shaped[] {
  const { op, domain, outputs } = call.node;
  const rule = rules.get(domain === '' ? op : `${domain}.${op}`);
  if (rule === undefined) return refuse(call, 'nothing here knows this operator');
  const shapes = rule(call);
  const odd = shapes.find(({ dims }) => !dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0));
  if (odd) reject(call, `its result would have the shape [${odd.dims}]`);
  return shapes.length < outputs.length ? refuse(call, `it has ${outputs.length} outputs`) : shapes;
}
