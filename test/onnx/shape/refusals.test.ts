import { describe, expect, it } from 'vitest';
import type { Attributes } from '../../../src/onnx/graph.ts';
import { specialize } from '../../../src/onnx/shape/specialize.ts';
import { int64 } from '../../../src/onnx/tensor.ts';
import { graphOf, problemOf } from './graphs.ts';

describe('refusals name the operator, the node and the reason', () => {
  const attributes = (values: Record<string, string | number>): Attributes =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        typeof value === 'string' ? { kind: 'string', value } : { kind: 'int', value },
      ]),
    );
  const unsupported: readonly (readonly [string, Record<string, string | number>, number, string])[] = [
    ['Frobnicate', {}, 1, 'nothing here knows this operator'],
    ['RandomNormalLike', {}, 1, 'draws random numbers'],
    ['Attention', {}, 3, 'fused attention'],
    ['NonZero', {}, 1, 'depends on the data'],
    ['Einsum', { equation: 'i...->i' }, 1, 'has an ellipsis'],
    ['Reshape', {}, 2, 'its input 1 decides a shape and is not a small constant'],
    ['Resize', { coordinate_transformation_mode: 'tf_crop_and_resize' }, 1, 'tf_crop_and_resize'],
    ['Resize', { keep_aspect_ratio_policy: 'not_larger' }, 1, 'keep_aspect_ratio_policy "not_larger"'],
    ['Conv', { auto_pad: 'SAME' }, 2, 'auto_pad "SAME" is unknown'],
    ['BatchNormalization', { training_mode: 1 }, 5, 'only inference'],
    ['Dropout', {}, 3, 'only inference'],
    ['Cast', { to: 17 }, 1, 'element type 17'],
  ];
  const broken: readonly (readonly [string, Record<string, string | number>, readonly string[], string])[] = [
    ['Add', {}, ['x', 'wide'], 'do not broadcast'],
    ['Add', {}, ['x', 'ids'], 'mix the element types float32 and int64'],
    ['Add', {}, ['x', ''], 'its input 1 is missing'],
    ['MatMul', {}, ['x', 'wide'], 'float32 [2,2,2] cannot be multiplied with float32 [5,5]'],
    ['Concat', { axis: 3 }, ['x', 'x'], 'the axis 3 does not exist in a tensor of rank 3'],
    ['Concat', { axis: 0 }, ['x', 'wide'], 'cannot be joined'],
    ['Reshape', {}, ['x', 'shape'], '[2,2,2] cannot be reshaped to [3,-1]'],
    ['Split', { num_outputs: 2 ** 33 }, ['x'], 'an axis of 2 has no 8589934592 parts'],
    ['Split', { num_outputs: 0 }, ['x'], 'an axis of 2 has no 0 parts'],
    ['Cast', {}, ['x'], 'has no attribute "to"'],
    ['Conv', { group: 0 }, ['x', 'x'], '2 channels do not fit 0 groups of 2'],
    ['Expand', {}, ['x', 'shape'], 'do not broadcast'],
    ['ConstantOfShape', {}, ['shape'], 'would have the shape [3,-1]'],
    ['Gather', {}, ['shape', 'ids'], 'the index 7 is outside an axis of 2'],
    ['Neg', {}, ['ghost'], 'reads "ghost", which nothing before it computes'],
  ];

  const refusal = (op: string, values: Record<string, string | number>, inputs: readonly string[]) =>
    problemOf(() =>
      specialize(
        graphOf((g) => {
          g.input('x', 'float32', [2, 2, 2]);
          g.input('wide', 'float32', [5, 5]);
          g.initializer({ name: 'shape', tensor: int64([2], [3, -1]) });
          g.initializer({ name: 'ids', tensor: int64([1], [7]) });
          const node = {
            op,
            domain: '',
            name: 'the culprit',
            inputs,
            outputs: ['y'],
            attributes: attributes(values),
          };
          g.node(node);
          g.output('y', 'float32', []);
        }),
        {},
      ),
    );

  it.each(unsupported)('%s %o', (op, values, count, reason) => {
    const problem = refusal(
      op,
      values,
      Array.from({ length: count }, () => 'x'),
    );
    expect(problem?.code).toBe('unsupported-operator');
    for (const part of [op, 'the culprit', reason]) expect(problem?.message).toContain(part);
  });

  it.each(broken)('%s %o of %o', (op, values, inputs, reason) => {
    const problem = refusal(op, values, inputs);
    expect(problem?.code).toBe('invalid-model');
    for (const part of [op, 'the culprit', reason]) expect(problem?.message).toContain(part);
  });

  it('speak of operators of other domains under their full name', () => {
    const graph = graphOf((g) => {
      g.input('x', 'float32', [1]);
      g.node({
        op: 'Gadget',
        domain: 'org.example',
        name: '',
        inputs: ['x'],
        outputs: ['y'],
        attributes: {},
      });
      g.output('y', 'float32', []);
    });
    expect(problemOf(() => specialize(graph, {}))?.message).toContain('org.example.Gadget of node "y"');
  });
});
