import { expect, test } from 'vitest';
import { createGraphBuilder, int, ints } from '../../src/onnx/builder.ts';
import { elementCodes } from '../../src/onnx/element-codes.ts';
import { fused } from '../../src/onnx/fuse/fuse.ts';
import { toFloat16 } from '../../src/onnx/shape/evaluate/half.ts';
import { specialize } from '../../src/onnx/shape/specialize.ts';
import { float32, type Tensor } from '../../src/onnx/tensor.ts';
import { widened } from '../../src/onnx/widen.ts';
import { createRuntime } from '../../src/runtime/session.ts';

const half = (value: number): Tensor => ({
  type: 'float16',
  dims: [1],
  data: Uint16Array.of(toFloat16(value)),
});
const double = (value: number): Tensor => ({
  type: 'float64',
  dims: [],
  data: Float64Array.of(value),
});

/** A LayerNorm of halves as PyTorch 2 writes it down: from the difference to the mean on in double precision. */
function layerNormOfHalves() {
  const builder = createGraphBuilder({ name: 'norm', opset: 14 });
  const x = builder.input('x', 'float16', ['batch', 4]);
  const over = { axes: ints([-1]) };
  const to = (type: 'float16' | 'float64') => ({ to: int(elementCodes[type]) });
  const constant = (value: number) =>
    builder.op('Constant', [], { value: { kind: 'tensor', value: double(value) } });
  const difference = builder.op('Sub', [x, builder.op('ReduceMean', [x], over)]);
  const precise = builder.op('Cast', [difference], to('float64'));
  const variance = builder.op('ReduceMean', [builder.op('Pow', [precise, constant(2)])], over);
  const deviation = builder.op('Sqrt', [builder.op('Add', [variance, constant(1e-5)])]);
  const norm = builder.op('Cast', [builder.op('Div', [precise, deviation])], to('float16'));
  builder.op('Mul', [norm, builder.initializer({ name: 'scale', tensor: half(0.5) })], {}, 'y');
  builder.output('y', 'float16', ['batch', 4]);
  return builder.build();
}

test('what a graph of halves computes in double precision is single too, and the LayerNorm that it is for one operator', async () => {
  const graph = await widened({ graph: layerNormOfHalves(), folder: '' }, async (name, tensor) => ({
    name,
    tensor,
  }));
  const { graph: one, values } = fused(specialize(graph, { x: [2, 4] }));
  expect(new Set(values.values().map(({ type }) => type))).toEqual(new Set(['float32']));
  expect(one.nodes.map(({ op }) => op)).toEqual(['LayerNormalization', 'Mul']);
  const session = await createRuntime({ threads: 1 }).open(graph);
  const { y } = await session.run({ x: float32([1, 4], [1, 2, 3, 4]) });
  await session.release();
  const expected = [-1.5, -0.5, 0.5, 1.5].map((value) => (0.5 * value) / Math.sqrt(1.25 + 1e-5));
  for (const [at, value] of expected.entries()) expect(y?.data[at]).toBeCloseTo(value, 5);
});
