import { expect, test } from 'vitest';
import { createGraphBuilder, type GraphBuilder, ints } from '../../src/onnx/builder.ts';
import { peakBytes } from '../../src/onnx/peak-memory.ts';
import { specialize } from '../../src/onnx/shape/specialize.ts';
import { float32 } from '../../src/onnx/tensor.ts';

const kilobyte = 1024;

/** The peak of a graph with an input x of 1 kB, in kB. */
function peakOf(build: (builder: GraphBuilder) => string, dims: readonly number[] = [16, 16]): number {
  const builder = createGraphBuilder({ name: 'memory', opset: 17 });
  builder.input('x', 'float32', dims);
  const output = build(builder);
  builder.output(output, 'float32', dims);
  return peakBytes(specialize(builder.build(), {})) / kilobyte;
}

test('a chain that may write over what it read holds one value at a time', () => {
  expect(peakOf((b) => b.op('Exp', [b.op('Sin', [b.op('Cos', ['x'])])]))).toBe(1);
});

test('a product never writes over what it reads', () => {
  expect(peakOf((b) => b.op('MatMul', [b.op('Cos', ['x']), b.op('Sin', ['x'])]))).toBe(3);
});

test('a value is held until its last use, and no longer', () => {
  // cos x waits for the sum: x with cos x, then cos x and sin cos x, then the chain goes on over it.
  const skip = (b: GraphBuilder) => {
    const cos = b.op('Cos', ['x']);
    return b.op('Add', [b.op('Exp', [b.op('Sin', [cos])]), cos]);
  };
  expect(peakOf(skip)).toBe(2);
});

test('another shape of a value takes nothing, and keeps it', () => {
  const flat = (b: GraphBuilder) => {
    const cos = b.op('Cos', ['x']);
    const row = b.op('Reshape', [cos, b.ints([256])]);
    const square = b.op('Reshape', [b.op('Sin', [row]), b.ints([16, 16])]);
    return b.op('Add', [square, cos]);
  };
  expect(peakOf(flat)).toBe(2);
});

test('weights do not count, nor what follows from them alone, and a small result of a large value does by its own size', () => {
  const sum = (b: GraphBuilder) => {
    const weight = b.initializer({ name: 'weight', tensor: float32([16, 16]) });
    const row = b.op('ReduceSum', [b.op('MatMul', ['x', b.op('Neg', [weight])]), b.ints([0])]);
    return b.op('Add', ['x', row]);
  };
  expect(peakOf(sum)).toBe(2 + 16 / 256);
});

test('a transposed convolution holds a column of windows for each place of its input', () => {
  const transposed = (b: GraphBuilder) => {
    const weight = b.initializer({ name: 'weight', tensor: float32([4, 4, 3, 3]) });
    return b.op('ConvTranspose', ['x', weight], { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) });
  };
  expect(peakOf(transposed, [1, 4, 8, 8])).toBe(2 + (4 * 9 * 64 * 4) / kilobyte);
});
