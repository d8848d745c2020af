import { expect, test } from 'vitest';
import { createGraphBuilder } from '../../src/onnx/builder.ts';
import { connected, seenFrom } from '../../src/onnx/connect.ts';
import type { Initializer } from '../../src/onnx/graph.ts';
import { float32 } from '../../src/onnx/tensor.ts';
import { createRuntime } from '../../src/runtime/session.ts';

/** y = 3x, and z = w + 3: the second way needs nothing of the first. */
function twoWays() {
  const builder = createGraphBuilder({ name: 'two ways', opset: 17 });
  const [x, w] = [builder.input('x', 'float32', [2]), builder.input('w', 'float32', [2])];
  const three = builder.scalar(3);
  builder.output(builder.op('Mul', [x, three], {}, 'y'), 'float32', [2]);
  builder.output(builder.op('Add', [w, three], {}, 'z'), 'float32', [2]);
  return builder.build();
}

/** y = x·x, and an output that nobody asks for. */
function square(opset = 17) {
  const builder = createGraphBuilder({ name: 'square', opset });
  const x = builder.input('x', 'float32', [2]);
  builder.output(builder.op('Mul', [x, x], {}, 'y'), 'float32', [2]);
  builder.output(builder.op('Exp', [x], {}, 'unasked'), 'float32', [2]);
  return builder.build();
}

test('graphs whose values have the same names compute one after another in one run, there and back again', async () => {
  const graph = connected({
    name: 'both',
    parts: { 'a/': twoWays(), 'b/': square() },
    links: new Map([
      ['b/x', 'a/y'],
      ['a/w', 'b/y'],
    ]),
    outputs: ['a/z'],
  });
  expect(graph.inputs.map(({ name }) => name)).toEqual(['a/x']);
  expect(graph.nodes.map(({ op }) => op).sort()).toEqual(['Add', 'Mul', 'Mul']);
  const session = await createRuntime({ threads: 1 }).open(graph);
  const results = await session.run({ 'a/x': float32([2], [1, -2]) });
  expect(Object.keys(results)).toEqual(['a/z']);
  expect(results['a/z']?.data).toEqual(Float32Array.of(9 + 3, 36 + 3));
  await session.release();
});

test('graphs that wait for each other, and such of several operator sets, are none', () => {
  const parts = { 'a/': square(), 'b/': square() };
  const circle = new Map([
    ['a/x', 'b/y'],
    ['b/x', 'a/y'],
  ]);
  expect(() => connected({ name: 'circle', parts, links: circle, outputs: ['a/y'] })).toThrow(
    'its own result',
  );
  const mixed = { 'a/': square(), 'b/': square(18) };
  expect(() => connected({ name: 'mixed', parts: mixed, links: new Map(), outputs: [] })).toThrow('17,18');
});

test('external weights are found from the folder above, and others stay as they are', () => {
  const own = { name: 'own', tensor: float32([1], [1]) };
  const far = {
    name: 'far',
    type: 'float32',
    dims: [4],
    external: { location: 'w.bin', offset: 8, length: 16 },
  } as const;
  const initializers = new Map<string, Initializer>([
    ['own', own],
    ['far', far],
  ]);
  const graph = { ...square(), initializers };
  const seen = seenFrom(graph, '/models/one/unet', '/models/one').initializers;
  expect(seen.get('own')).toBe(own);
  expect(seen.get('far')).toEqual({ ...far, external: { ...far.external, location: 'unet/w.bin' } });
});
