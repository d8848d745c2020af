import type { GradientCase } from '../case.ts';
import { activation } from './activation.ts';
import { arithmetic } from './arithmetic.ts';
import { convolution } from './convolution.ts';
import { linearAlgebra } from './linear-algebra.ts';
import { normalization } from './normalization.ts';
import { indexing, reduction, shape } from './shape.ts';

/** Every case, by family. */
export const families: Readonly<Record<string, readonly GradientCase[]>> = {
  arithmetic,
  activation,
  shape,
  reduction,
  indexing,
  'linear algebra': linearAlgebra,
  convolution,
  normalization,
};
