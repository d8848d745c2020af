import { expect, test } from 'vitest';
import { createGraphBuilder } from '../../src/onnx/builder.ts';
import type { Graph } from '../../src/onnx/graph.ts';
import { float32, int64 } from '../../src/onnx/tensor.ts';
import { fixedShapes } from '../../src/runtime/fixed-shapes.ts';
import type { Session } from '../../src/runtime/runtime.ts';
import { createRuntime } from '../../src/runtime/session.ts';

const runtime = createRuntime({ threads: 1 });

/** Every row as often as there are rows: its shape is computed from the input's. */
function dynamic(): Graph {
  const builder = createGraphBuilder({ name: 'dynamic', opset: 17 });
  const x = builder.input('x', 'float32', ['rows', 3]);
  const rows = builder.op('Gather', [builder.op('Shape', [x]), builder.ints([0])]);
  const shape = builder.op('Concat', [rows, builder.ints([1, 3])], { axis: { kind: 'int', value: 0 } });
  const weighted = builder.op('Mul', [x, builder.constant(float32([1, 3], [1, 1, 1]))]);
  builder.output(builder.op('Expand', [weighted, shape], {}, 'y'), 'float32', ['rows', 'rows', 3]);
  return builder.build();
}

/** Sessions of the real runtime, and what happened to them in order. */
function watched() {
  const events: string[] = [];
  const open = async (graph: Graph): Promise<Session> => {
    const label = `${graph.inputs[0]?.dims[0]}`;
    events.push(`open ${label}`);
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Mul', 'Expand']);
    const session = await runtime.open(graph);
    return {
      ...session,
      async run(feeds, fetches) {
        events.push(`run ${label}`);
        const results = await session.run(feeds, fetches);
        events.push(`ran ${label}`);
        return results;
      },
      async release() {
        events.push(`release ${label}`);
        await session.release();
      },
    };
  };
  return { events, open };
}

const input = (rows: number) => ({
  x: float32(
    [rows, 3],
    Float32Array.from({ length: 3 * rows }, (_, i) => i),
  ),
});

test('each shape gets a session whose own shapes are computed beforehand, run once before it counts', async () => {
  const { events, open } = watched();
  const session = await fixedShapes(dynamic(), {}, open);
  expect(events).toEqual([]);
  const { y } = await session.run(input(2));
  expect(y?.dims).toEqual([2, 2, 3]);
  expect(Array.from(y?.data as Float32Array)).toEqual([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]);
  await session.run(input(2));
  expect(events).toEqual(['open 2', 'run 2', 'ran 2', 'run 2', 'ran 2', 'run 2', 'ran 2']);
  await session.release();
  expect(events.at(-1)).toBe('release 2');
});

test('where there is no room, the one that was used longest ago is closed, and never under a run', async () => {
  const { events, open } = watched();
  const count = (event: string) => events.filter((one) => one.startsWith(event)).length;
  // The graph has a matrix of 12 bytes, and a session is taken to need twice its weights.
  const freeBytes = async () => (count('open') - count('release') < 2 ? 24 : 23);
  const session = await fixedShapes(dynamic(), { freeBytes }, open);
  const all = await Promise.all([1, 2, 1, 3, 2].map((rows) => session.run(input(rows))));
  expect(all.map(({ y }) => y?.dims[0])).toEqual([1, 2, 1, 3, 2]);
  expect(events.filter((event) => /open|release/.test(event))).toEqual([
    'open 1',
    'open 2',
    'release 2',
    'open 3',
    'release 1',
    'open 2',
  ]);
  const running = events.map((event) => (event.startsWith('run ') ? 1 : event.startsWith('ran ') ? -1 : 0));
  const depth = running.map((_, index) =>
    running.slice(0, index + 1).reduce<number>((sum, one) => sum + one, 0),
  );
  expect(Math.max(...depth)).toBe(1);
  events.forEach((event, index) => {
    if (event.startsWith('release')) expect(depth[index]).toBe(0);
  });
  await session.release();
});

test('at most five are open, however much room there is', async () => {
  const { events, open } = watched();
  const session = await fixedShapes(dynamic(), {}, open);
  for (const rows of [1, 2, 3, 4, 5, 6, 2]) await session.run(input(rows));
  expect(events.filter((event) => event.startsWith('release'))).toEqual(['release 1']);
  await session.release();
});

test('shapes that are prepared are opened at once, and what cannot be opened fails there', async () => {
  const { events, open } = watched();
  const session = await fixedShapes(dynamic(), { prepare: { x: [4, 3] } }, open);
  expect(events).toEqual(['open 4', 'run 4', 'ran 4']);
  await session.release();
  const broken = fixedShapes(dynamic(), { prepare: { x: [4, 3] } }, () =>
    Promise.reject(new Error('no kernel')),
  );
  await expect(broken).rejects.toThrow('no kernel');
});

test('a session whose first run fails is closed again', async () => {
  const { events, open } = watched();
  const session = await fixedShapes(dynamic(), {}, async (graph) => {
    const opened = await open(graph);
    return { ...opened, run: () => Promise.reject(new Error('no memory')) };
  });
  await expect(session.run(input(2))).rejects.toThrow('no memory');
  expect(events).toEqual(['open 2', 'release 2']);
});

test('what is spared are all but the session that was used last, and never one under a run', async () => {
  const { events, open } = watched();
  const session = await fixedShapes(dynamic(), {}, open);
  for (const rows of [1, 2, 3]) await session.run(input(rows));
  const running = session.run(input(2));
  await session.spare?.();
  await running;
  expect(events.slice(-4)).toEqual(['run 2', 'ran 2', 'release 1', 'release 3']);
  await session.run(input(2));
  expect(events.slice(-2)).toEqual(['run 2', 'ran 2']);
  await session.release();
});

test('a graph of one shape is got ready for it at once', async () => {
  const { events, open } = watched();
  const [x] = dynamic().inputs;
  const session = await fixedShapes({ ...dynamic(), inputs: [{ ...x!, dims: [4, 3] }] }, {}, open);
  expect(events).toEqual(['open 4', 'run 4', 'ran 4']);
  await session.release();
});

test('a graph of one shape but for an input of any number of rows is got ready at once too', async () => {
  const builder = createGraphBuilder({ name: 'gathering', opset: 17 });
  const x = builder.input('x', 'float32', ['rows', 3]);
  const which = builder.input('which', 'int64', [2]);
  builder.output(builder.op('Gather', [x, which], {}, 'y'), 'float32', [2, 3]);
  let opened = 0;
  const session = await fixedShapes(builder.build(), { anyRows: ['x'] }, (graph) => {
    opened++;
    return runtime.open(graph);
  });
  expect(opened).toBe(1);
  await session.run({ ...input(4), which: int64([2], [3, 0]) });
  expect(opened).toBe(1);
  await session.release();
});

test('an input of any number of rows has one session for all of them, which is run with one row before it counts', async () => {
  const builder = createGraphBuilder({ name: 'gathering', opset: 17 });
  const x = builder.input('x', 'float32', ['rows', 3]);
  const which = builder.input('which', 'int64', ['picked']);
  builder.output(builder.op('Gather', [x, which], {}, 'y'), 'float32', ['picked', 3]);
  const shapes: (readonly number[] | undefined)[] = [];
  let opened = 0;
  const session = await fixedShapes(builder.build(), { anyRows: ['x'] }, async (graph) => {
    opened++;
    const one = await runtime.open(graph);
    return {
      ...one,
      run(feeds, fetches) {
        shapes.push(feeds.x?.dims);
        return one.run(feeds, fetches);
      },
    };
  });
  for (const rows of [2, 5]) {
    const { y } = await session.run({ ...input(rows), which: int64([2], [rows - 1, 0]) });
    expect(Array.from(y?.data as Float32Array)).toEqual([3 * rows - 3, 3 * rows - 2, 3 * rows - 1, 0, 1, 2]);
  }
  await session.run({ ...input(2), which: int64([1], [1]) });
  expect(opened).toBe(2);
  expect(shapes).toEqual([
    [1, 3],
    [2, 3],
    [5, 3],
    [1, 3],
    [2, 3],
  ]);
  await session.release();
});

test('a run that fails does not keep the next one waiting', async () => {
  const { open } = watched();
  const session = await fixedShapes(dynamic(), {}, open);
  await expect(session.run({ x: float32([2, 4]) })).rejects.toThrow();
  expect((await session.run(input(1))).y?.dims).toEqual([1, 1, 3]);
  await session.release();
});
