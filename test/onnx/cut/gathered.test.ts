import { expect, test } from 'vitest';
import { createGraphBuilder, int } from '../../../src/onnx/builder.ts';
import { readInput, textsInput, withGatheredTexts } from '../../../src/onnx/cut/gathered.ts';
import type { CutUnet } from '../../../src/onnx/cut/unet.ts';
import { float32, int64 } from '../../../src/onnx/tensor.ts';
import { createRuntime } from '../../../src/runtime/session.ts';

const runtime = createRuntime({ threads: 1 });

/** A key of two features and a value of one; the trunk puts the value before the key. */
function cutOf(opset: number, batch: number | string): CutUnet {
  const builder = createGraphBuilder({ name: 'trunk', opset });
  const key = builder.input('key', 'float32', [batch, 'tokens', 2]);
  const value = builder.input('value', 'float32', [batch, 'tokens', 1]);
  builder.output(builder.op('Concat', [value, key], { axis: int(2) }, 'y'), 'float32', [batch, 'tokens', 3]);
  const head = (trunkInput: string, outFeatures: number) => ({
    name: trunkInput,
    kind: trunkInput === 'key' ? ('key' as const) : ('value' as const),
    trunkInput,
    inFeatures: 1,
    outFeatures,
    weight: { initializer: '', layout: 'in-out' as const },
  });
  return { trunk: builder.build(), heads: [head('key', 2), head('value', 1)] };
}

test.each([
  [11, 'batch'],
  [12, 3],
  [13, 'batch'],
  [17, 3],
])('each of a batch reads its own text, in operator set %s and a batch of %s', async (opset, batch) => {
  const session = await runtime.open(withGatheredTexts(cutOf(opset, batch)));
  const { y } = await session.run({
    [textsInput]: float32([2, 1, 3], [1, 2, 3, 4, 5, 6]),
    [readInput]: int64([3], [1, 0, 1]),
  });
  expect(y?.dims).toEqual([3, 1, 3]);
  expect(Array.from(y?.data as Float32Array)).toEqual([6, 4, 5, 3, 1, 2, 6, 4, 5]);
  await session.release();
});
