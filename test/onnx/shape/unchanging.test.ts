import { describe, expect, it } from 'vitest';
import { type GraphBuilder, int } from '../../../src/onnx/builder.ts';
import { specialize } from '../../../src/onnx/shape/specialize.ts';
import { float32 } from '../../../src/onnx/tensor.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { graphOf } from './graphs.ts';

describe('nodes that change nothing', () => {
  const one = float32([1], [1]);
  const changes: readonly (readonly [string, (g: GraphBuilder, x: string) => string])[] = [
    ['an Identity', (g, x) => g.op('Identity', [x])],
    ['a Dropout', (g, x) => g.op('Dropout', [x])],
    ['a Cast to the same type', (g, x) => g.op('Cast', [x], { to: int(1) })],
    ['an addition of zero', (g, x) => g.op('Add', [g.scalar(0), x])],
    ['a subtraction of zeros', (g, x) => g.op('Sub', [x, g.op('ConstantOfShape', [g.op('Shape', [x])])])],
    ['a multiplication with one', (g, x) => g.op('Mul', [x, g.constant(one)])],
    ['a division by one', (g, x) => g.op('Div', [x, g.scalar(1)])],
    ['a Reshape to the same shape', (g, x) => g.op('Reshape', [x, g.op('Shape', [x])])],
    ['an Expand to the same shape', (g, x) => g.op('Expand', [x, g.ints([2, 1])])],
  ];
  const reciprocal: readonly (readonly [string, (g: GraphBuilder, x: string) => string])[] = [
    ['a difference from zero', (g, x) => g.op('Sub', [g.scalar(0), x])],
    ['a quotient of one', (g, x) => g.op('Div', [g.scalar(1), x])],
    ['an addition of zeros that broadcasts', (g, x) => g.op('Add', [x, g.constant(float32([3, 1, 1]))])],
    ['a multiplication with two', (g, x) => g.op('Mul', [x, g.scalar(2)])],
    ['a Reshape to another shape', (g, x) => g.op('Reshape', [x, g.ints([3, 2])])],
  ];
  const nodesOf = (change: (g: GraphBuilder, x: string) => string) =>
    specialize(
      graphOf((g) => {
        const x = g.op('Exp', [g.input('x', 'float32', [2, 3])]);
        g.op('Neg', [change(g, x)], {}, 'y');
        g.output('y', 'float32', []);
      }),
      {},
    ).graph.nodes.map(({ op }) => op);

  it.each(changes)('go: %s', (_, change) => {
    expect(nodesOf(change)).toEqual(['Exp', 'Neg']);
  });

  it.each(reciprocal)('but not %s', (_, change) => {
    expect(nodesOf(change).length).toBe(3);
  });

  it('leave every output its name and its elements', async () => {
    const graph = graphOf((g) => {
      const x = g.input('x', 'float32', ['n']);
      const doubled = g.op('Mul', [x, g.scalar(2)], {}, 'doubled');
      g.op('Identity', [doubled], {}, 'first');
      g.op('Identity', [doubled], {}, 'second');
      g.op('Identity', [x], {}, 'echo');
      g.op('Identity', [g.scalar(4)], {}, 'four');
      g.op('Shape', [x], {}, 'shape');
      g.op('Neg', ['first'], {}, 'third');
      for (const name of ['first', 'second', 'third', 'echo', 'four', 'doubled'])
        g.output(name, 'float32', []);
      g.output('shape', 'int64', []);
    });
    const runtime = createRuntime({ threads: 1 });
    for (const kept of [graph.outputs, graph.outputs.filter(({ name }) => name !== 'doubled')]) {
      const shaped = specialize({ ...graph, outputs: kept }, { x: [2] });
      expect(shaped.graph.outputs.map(({ name }) => name)).toEqual(kept.map(({ name }) => name));
      expect(shaped.graph.outputs.every(({ name }) => shaped.values.has(name))).toBe(true);
      const results = await (await runtime.open(shaped.graph)).run({ x: float32([2], [1, -3]) });
      expect(
        Object.fromEntries(kept.map(({ name }) => [name, Array.from(results[name]?.data as Float32Array)])),
      ).toEqual(
        Object.fromEntries(
          Object.entries({
            first: [2, -6],
            second: [2, -6],
            third: [-2, 6],
            echo: [1, -3],
            four: [4],
            doubled: [2, -6],
            shape: [2n],
          }).filter(([name]) => kept.some((output) => output.name === name)),
        ),
      );
    }
  });
});
