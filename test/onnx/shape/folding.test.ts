import { describe, expect, it } from 'vitest';
import { specialize } from '../../../src/onnx/shape/specialize.ts';
import { int64 } from '../../../src/onnx/tensor.ts';
import { constantIn, graphOf } from './graphs.ts';

describe('folding', () => {
  it('turns a causal mask made from shapes alone into a weight', () => {
    const shaped = specialize(
      graphOf((g) => {
        const ids = g.input('ids', 'int64', ['batch', 'length']);
        const length = g.op('Gather', [g.op('Shape', [ids]), g.constant(int64([], [1]))]);
        const range = g.op('Range', [g.constant(int64([], [0])), length, g.constant(int64([], [1]))]);
        const later = g.op('Greater', [
          g.op('Unsqueeze', [range, g.ints([0])]),
          g.op('Unsqueeze', [range, g.ints([1])]),
        ]);
        g.op('Where', [later, g.scalar(Number.NEGATIVE_INFINITY), g.scalar(0)], {}, 'mask');
        g.output('mask', 'float32', ['length', 'length']);
      }),
      { ids: [1, 3] },
    );
    expect(shaped.graph.nodes).toEqual([]);
    const out = Number.NEGATIVE_INFINITY;
    expect(constantIn(shaped, 'mask').data).toEqual(Float32Array.of(0, out, out, 0, 0, out, 0, 0, 0));
    expect([...shaped.graph.initializers.keys()]).toEqual(['mask']);
  });

  it('leaves values beyond the limit to be computed, yet knows what fills them', () => {
    const graph = graphOf((g) => {
      const x = g.input('x', 'float32', ['n', 8]);
      const zeros = g.op('ConstantOfShape', [g.op('Shape', [x])]);
      g.op('Add', [g.op('Exp', [x]), g.op('Mul', [zeros, g.scalar(2)])], {}, 'y');
      g.op('Cos', [zeros], {}, 'ones');
      g.output('y', 'float32', ['n', 8]);
      g.output('ones', 'float32', ['n', 8]);
    });
    const { graph: kept } = specialize(graph, { x: [100, 8] }, { foldLimit: 100 });
    expect(kept.nodes.map(({ op }) => op)).toEqual(['ConstantOfShape', 'Exp', 'Cos']);
    const shaped = specialize(graph, { x: [100, 8] });
    expect(shaped.graph.nodes.map(({ op }) => op)).toEqual(['Exp']);
    expect(constantIn(shaped, 'ones').data).toEqual(new Float32Array(800).fill(1));
  });

  it('never needs an external weight', () => {
    const shaped = specialize(
      graphOf((g) => {
        const external = { location: 'weights.bin', offset: 0, length: 24 };
        g.initializer({ name: 'weight', external, type: 'float32', dims: [2, 3] });
        g.op('Transpose', ['weight'], {}, 'turned');
        g.output('turned', 'float32', []);
      }),
      {},
    );
    expect(shaped.graph.nodes.length).toBe(1);
    expect(shaped.values.get('turned')).toEqual({ type: 'float32', dims: [3, 2] });
  });

  it('leaves an integer division by zero to the runtime', () => {
    const shaped = specialize(
      graphOf((g) => {
        g.op('Div', [g.ints([1, 2]), g.ints([0, 1])], {}, 'y');
        g.output('y', 'int64', [2]);
      }),
      {},
    );
    expect(shaped.graph.nodes.map(({ op }) => op)).toEqual(['Div']);
  });
});
