import { int } from '../../src/onnx/builder.ts';
import { float32, type Tensor } from '../../src/onnx/tensor.ts';
import { createNet, type Net, type Parameters } from '../../src/pretrain/nets/net.ts';
import { gaussian } from '../../src/pretrain/nets/random.ts';
import type { Uniform } from '../../src/random.ts';

/** The smallest net there is to train: y = x·w + b, to be fitted to y = 2·x₀ − x₁ + 3. */
export function lineNet(random: Uniform, known?: Parameters, rows = 8): Net {
  const net = createNet('line', random, known);
  const { builder } = net;
  const x = builder.input('x', 'float32', [rows, 2]);
  const y = builder.input('y', 'float32', [rows, 1]);
  const weight = net.parameter('w', [2, 1], { deviation: 1 });
  const product = builder.op('MatMul', [x, weight]);
  const error = builder.op('Sub', [builder.op('Add', [product, net.parameter('b', [1], { fill: 0 })]), y]);
  const loss = builder.op('ReduceMean', [builder.op('Mul', [error, error])], { keepdims: int(0) });
  builder.output(loss, 'float32', []);
  return net;
}

export function lineBatch(random: Uniform): { readonly x: Tensor<'float32'>; readonly y: Tensor<'float32'> } {
  const x = float32(
    [8, 2],
    Array.from({ length: 16 }, () => gaussian(random)),
  );
  const at = (row: number, column: number) => x.data[2 * row + column] ?? 0;
  return {
    x,
    y: float32(
      [8, 1],
      Array.from({ length: 8 }, (_, row) => 2 * at(row, 0) - at(row, 1) + 3),
    ),
  };
}
