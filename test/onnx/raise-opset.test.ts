import { expect, test } from 'vitest';
import { createGraphBuilder, int, ints } from '../../src/onnx/builder.ts';
import { raisedTo } from '../../src/onnx/raise-opset.ts';
import { float32 } from '../../src/onnx/tensor.ts';
import { createRuntime } from '../../src/runtime/session.ts';

/** Of every kind of operator that is written otherwise from 18 on: means, a largest value and halves. */
function graphOf(opset: number) {
  const builder = createGraphBuilder({ name: 'means', opset });
  const x = builder.input('x', 'float32', [2, 4]);
  builder.output(
    builder.op('ReduceMean', [x], { axes: ints([1]), keepdims: int(1) }, 'mean'),
    'float32',
    [2, 1],
  );
  builder.output(builder.op('ReduceMax', [x], { keepdims: int(0) }, 'most'), 'float32', []);
  const [, right = ''] = builder.multi('Split', [x], 2, { axis: int(1) });
  builder.output(right, 'float32', [2, 2]);
  return builder.build();
}

const x = float32([2, 4], [1, 2, 3, 6, -1, 0, 0, -3]);

test.each([14, 17, 18, 20, 22])('a graph of operator set 13 computes the same in set %i', async (opset) => {
  const session = await createRuntime({ threads: 1 }).open(raisedTo(opset, graphOf(13)));
  const results = await session.run({ x });
  expect(Object.values(results).map(({ data }) => [...(data as Float32Array)])).toEqual([
    [3, -1],
    [6],
    [3, 6, 0, -3],
  ]);
  await session.release();
});

test('none becomes older, and none from before 13 is raised', () => {
  expect(() => raisedTo(17, graphOf(18))).toThrow('cannot become one of 17');
  expect(() => raisedTo(17, graphOf(11))).toThrow('of operator set 11');
  const same = graphOf(18);
  expect(raisedTo(18, same)).toBe(same);
});
