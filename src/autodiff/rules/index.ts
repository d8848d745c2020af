import type { RuleTable } from '../rule.ts';
import { activation } from './activation.ts';
import { arithmetic } from './arithmetic.ts';
import { convolution } from './convolution.ts';
import { indexing } from './indexing.ts';
import { linearAlgebra } from './linear-algebra.ts';
import { normalization } from './normalization.ts';
import { reduction } from './reduction.ts';
import { shape } from './shape.ts';

/** Every operator that can be differentiated, or is declared to have no gradient. */
export const rules: RuleTable = {
  ...arithmetic,
  ...activation,
  ...shape,
  ...reduction,
  ...indexing,
  ...linearAlgebra,
  ...convolution,
  ...normalization,
};
