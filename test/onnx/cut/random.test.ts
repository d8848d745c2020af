import { expect, test } from 'vitest';
import { createGraphBuilder, float, int, ints } from '../../../src/onnx/builder.ts';
import { withoutNoise } from '../../../src/onnx/cut/random.ts';
import type { Graph } from '../../../src/onnx/graph.ts';
import { float32 } from '../../../src/onnx/tensor.ts';
import { createRuntime } from '../../../src/runtime/session.ts';

/** x + 3·noise like x, then + noise of the shape [2]. */
function noisy(mean: number): Graph {
  const builder = createGraphBuilder({ name: 'noisy', opset: 14 });
  const x = builder.input('x', 'float32', ['pictures', 2]);
  const like = builder.op('RandomNormalLike', [x], { dtype: int(1), mean: float(mean) });
  const first = builder.op('Add', [x, builder.op('Mul', [like, builder.scalar(3)])]);
  const fixed = builder.op('RandomNormal', [], { shape: ints([2]), mean: float(mean) });
  builder.output(builder.op('Add', [first, fixed], {}, 'sum'), 'float32', ['pictures', 2]);
  return builder.build();
}

async function answer(graph: Graph): Promise<readonly number[]> {
  const session = await createRuntime({ threads: 1 }).open(graph);
  const { sum } = await session.run({ x: float32([2, 2], [1, -2, 3, 4]) });
  await session.release();
  return Array.from(sum?.data ?? [], Number);
}

test('a graph that draws Gaussian noise gives what it adds that to, each time', async () => {
  expect(await answer(noisy(0))).not.toEqual([1, -2, 3, 4]);
  expect(await answer(withoutNoise(noisy(0)))).toEqual([1, -2, 3, 4]);
});

test('a graph that draws none, or numbers around another mean, stays what it is', () => {
  const still = withoutNoise(noisy(0));
  expect(withoutNoise(still)).toBe(still);
  const around = noisy(1);
  expect(withoutNoise(around)).toBe(around);
});
