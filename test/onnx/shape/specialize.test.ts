import { describe, expect, it } from 'vitest';
import { specialize } from '../../../src/onnx/shape/specialize.ts';
import { float32 } from '../../../src/onnx/tensor.ts';
import { constantIn, graphOf, problemOf } from './graphs.ts';

describe('inputs', () => {
  const graph = graphOf((g) => {
    const x = g.input('x', 'float32', ['batch', 3]);
    g.input('mask', 'bool', [3]);
    g.op('Relu', [x], {}, 'y');
    g.output('y', 'float32', ['batch', 3]);
  });

  it('take the shapes they are given, and keep their own where these are fixed', () => {
    const { graph: fixed, values } = specialize(graph, { x: [5, 3] });
    expect(fixed.inputs.map(({ dims }) => dims)).toEqual([[5, 3], [3]]);
    expect(fixed.outputs).toEqual([{ name: 'y', type: 'float32', dims: [5, 3] }]);
    expect(Object.fromEntries(values)).toEqual({
      x: { type: 'float32', dims: [5, 3] },
      mask: { type: 'bool', dims: [3] },
      y: { type: 'float32', dims: [5, 3] },
    });
  });

  it.each([
    ['is missing', {}, 'The input "x" has the open shape [batch,3]'],
    [
      'contradicts the declared one',
      { x: [5, 4] },
      'The input "x" has the shape [batch,3], which [5,4] does not fit',
    ],
    ['has another rank', { x: [5] }, 'The input "x" has the shape'],
    ['belongs to no input', { x: [5, 3], z: [1] }, 'has no input "z"'],
  ])('are refused where a shape %s', (_, dims, sentence) => {
    const problem = problemOf(() => specialize(graph, dims));
    expect(problem?.code).toBe('invalid-model');
    expect(problem?.message).toContain(sentence);
  });

  it('that name a weight are constants', () => {
    const legacy = graphOf((g) => {
      g.input('weight', 'float32', [2]);
      g.initializer({ name: 'weight', tensor: float32([2], [1, 2]) });
      g.op('Neg', ['weight'], {}, 'y');
      g.output('y', 'float32', [2]);
    });
    const shaped = specialize(legacy, {});
    expect(shaped.graph.inputs).toEqual([]);
    expect(constantIn(shaped, 'y').data).toEqual(Float32Array.of(-1, -2));
  });
});

describe('what is unneeded', () => {
  it('goes: nodes that lead to no output, even unknown ones, and weights that no node reads', () => {
    const { graph } = specialize(
      graphOf((g) => {
        const x = g.input('x', 'float32', [2]);
        g.initializer({ name: 'spare', tensor: float32([1]) });
        g.op('Frobnicate', [g.op('Neg', [x])]);
        g.op('Relu', [x], {}, 'y');
        g.output('y', 'float32', [2]);
      }),
      {},
    );
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Relu']);
    expect([...graph.initializers.keys()]).toEqual([]);
  });
});
