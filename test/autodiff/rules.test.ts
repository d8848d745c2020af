import { describe, expect, it } from 'vitest';
import { rules } from '../../src/autodiff/rules/index.ts';
import { cudaKernels } from '../../src/runtime/cuda-kernels.ts';
import { title } from '../onnx/shape/compare.ts';
import { questionOf } from './case.ts';
import { families } from './cases/index.ts';
import {
  addedNodes,
  adjointErrors,
  differencedGradients,
  emit,
  emittedGradients,
  relativeError,
} from './differences.ts';
import { emittableOperators } from './emittable.ts';

const cases = Object.values(families).flat();
const named = <T extends (typeof cases)[number]>(list: readonly T[]) =>
  list.map((call) => [title(call), call] as const);
const isLinear = (op: string) => ['linear', 'bilinear'].includes(rules[op]?.kind ?? '');

describe.each(Object.entries(families))('%s: gradients are what finite differences say', (_, calls) => {
  it.each(named(calls))('%s', async (_, call) => {
    const question = questionOf(call);
    const emitted = await emittedGradients(question);
    const differenced = await differencedGradients(question);
    expect(question.wrt.length).toBeGreaterThan(0);
    for (const name of question.wrt) {
      const [ours, theirs] = [emitted[name], differenced[name]] as [Float32Array, Float32Array];
      expect(relativeError(ours, theirs), `${name}: ${ours} is not ${theirs}`).toBeLessThan(5e-4);
    }
  });
});

describe('linear and bilinear operators are met by their adjoints', () => {
  it.each(named(cases.filter(({ op }) => isLinear(op))))('%s', async (_, call) => {
    for (const [name, error] of Object.entries(await adjointErrors(questionOf(call))))
      expect(error, name).toBeLessThan(1e-5);
  });
});

describe('the table of rules', () => {
  it('has no gradient without a case', () => {
    const tried = new Set(cases.map(({ op }) => op));
    const smooth = Object.entries(rules).filter(([, { kind }]) => kind !== 'none');
    expect(smooth.map(([op]) => op).filter((op) => !tried.has(op))).toEqual([]);
  });

  it('has only operators in its cases, each with a gradient', () => {
    expect(cases.map(({ op }) => op).filter((op) => (rules[op]?.kind ?? 'none') === 'none')).toEqual([]);
  });

  it('has every operator that real exports are known to use', () => {
    const met = `Add ArgMax Cast Concat Constant ConstantOfShape Conv Cos Div Equal Erf Expand Flatten Gather Gelu Gemm
      Identity InstanceNormalization LayerNormalization LessOrEqual MatMul Mul Pow Range ReduceMean Reshape Resize Shape
      Sigmoid Sin Slice Softmax Split Sqrt Squeeze Sub Transpose Unsqueeze Where`;
    expect(met.split(/\s+/).filter((op) => rules[op] === undefined)).toEqual([]);
  });
});

describe('the operators that gradients are made of', () => {
  const emitted = new Set(
    cases.flatMap((call) => {
      const question = questionOf(call);
      return addedNodes(question.forward, emit(question)).map(({ op }) => op);
    }),
  );

  it('are the emittable ones, all of them', () => {
    expect([...emitted].toSorted()).toEqual([...emittableOperators].toSorted());
  });

  it('have kernels on the GPU in every operator set from 13 to 21', () => {
    const missing = [...emittableOperators].filter((op) => {
      const [first, last] = cudaKernels[op] ?? [99, 0];
      return first > 13 || last < 21;
    });
    expect(missing).toEqual([]);
  });
});
