import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { activation } from '../../src/autodiff/rules/activation.ts';
import { arithmetic } from '../../src/autodiff/rules/arithmetic.ts';
import { convolution } from '../../src/autodiff/rules/convolution.ts';
import { rules } from '../../src/autodiff/rules/index.ts';
import { indexing } from '../../src/autodiff/rules/indexing.ts';
import { linearAlgebra } from '../../src/autodiff/rules/linear-algebra.ts';
import { normalization } from '../../src/autodiff/rules/normalization.ts';
import { reduction } from '../../src/autodiff/rules/reduction.ts';
import { shape } from '../../src/autodiff/rules/shape.ts';

const files = {
  'activation.ts': activation,
  'arithmetic.ts': arithmetic,
  'convolution.ts': convolution,
  'indexing.ts': indexing,
  'linear-algebra.ts': linearAlgebra,
  'normalization.ts': normalization,
  'reduction.ts': reduction,
  'shape.ts': shape,
};

const page = readFileSync(new URL('../../docs/gradients.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => /^\| [A-Z]/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

it('the index of gradients has exactly the rules, each with its kind and its file, in order', () => {
  const indexed = rows.map(([, operator, kind, , file]) => ({ operator, kind, file }));
  const there = Object.entries(files).flatMap(([file, table]) =>
    Object.entries(table).map(([operator, { kind }]) => ({ operator, kind, file })),
  );
  expect(there.map(({ operator }) => operator).toSorted()).toEqual(Object.keys(rules).toSorted());
  expect(indexed).toEqual(there.toSorted((a, b) => (a.operator < b.operator ? -1 : 1)));
});

it('the index says what each gradient is', () => {
  expect(rows.filter(([, , kind, product]) => (kind === 'none') !== (product === ''))).toEqual([]);
});
