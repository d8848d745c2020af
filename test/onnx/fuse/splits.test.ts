import { describe, expect, test } from 'vitest';
import { createGraphBuilder, int } from '../../../src/onnx/builder.ts';
import { withSplits } from '../../../src/onnx/fuse/splits.ts';
import type { Graph } from '../../../src/onnx/graph.ts';
import { specialize } from '../../../src/onnx/shape/specialize.ts';
import { float32 } from '../../../src/onnx/tensor.ts';
import { createRuntime } from '../../../src/runtime/session.ts';

type Cut = readonly [start: number, end: number, step?: number];

/** Slices of [2, 6] along the second axis, joined in the order in which they come. */
function graphOf(cuts: readonly Cut[], axis = 1, opset = 17): Graph {
  const b = createGraphBuilder({ name: 'slices', opset });
  const x = b.input('x', 'float32', [2, 6]);
  const slices = cuts.map(([start, end, step = 1]) =>
    b.op('Slice', [x, ...[[start], [end], [axis], [step]].map(b.ints)]),
  );
  b.output(b.op('Concat', slices, { axis: int(1) }), 'float32', [2, 'columns']);
  return b.build();
}

const x = float32(
  [2, 6],
  Float32Array.from({ length: 12 }, (_, i) => i),
);

async function run(graph: Graph): Promise<Float32Array> {
  const session = await createRuntime({ threads: 1 }).open(graph);
  const results = await session.run({ x });
  await session.release();
  return results[graph.outputs[0]?.name ?? '']?.data as Float32Array;
}

describe('slices of one value', () => {
  test.each<[string, readonly Cut[], number]>([
    [
      'two halves',
      [
        [0, 3],
        [3, 6],
      ],
      1,
    ],
    [
      'three parts out of order, counted from the end',
      [
        [4, 2 ** 31],
        [0, -5],
        [-5, 4],
      ],
      -1,
    ],
  ])('are one Split where they are all of its parts: %s', async (_, cuts, axis) => {
    const graph = graphOf(cuts, axis);
    const split = withSplits(specialize(graph, {})).graph;
    expect(split.nodes.map(({ op }) => op)).toEqual(['Split', 'Concat']);
    expect(await run(split)).toEqual(await run(graph));
  });

  test.each([12, 13])('are run as they were, from an export of operator set %i', async (opset) => {
    const graph = graphOf(
      [
        [0, 3],
        [3, 6],
      ],
      1,
      opset,
    );
    expect(await run(withSplits(specialize(graph, {})).graph)).toEqual(await run(graph));
  });

  test.each<[string, readonly Cut[]]>([
    [
      'one is missing',
      [
        [0, 2],
        [2, 5],
      ],
    ],
    [
      'they overlap',
      [
        [0, 4],
        [3, 6],
      ],
    ],
    [
      'there is a gap',
      [
        [0, 2],
        [3, 6],
      ],
    ],
    [
      'one takes every second',
      [
        [0, 3],
        [3, 6, 2],
      ],
    ],
    [
      'one is taken twice',
      [
        [0, 3],
        [0, 3],
        [3, 6],
      ],
    ],
  ])('stay where %s', (_, cuts) => {
    const shaped = specialize(graphOf(cuts), {});
    expect(withSplits(shaped).graph.nodes).toEqual(shaped.graph.nodes);
  });
});
