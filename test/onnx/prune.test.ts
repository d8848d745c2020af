import { expect, it } from 'vitest';
import { createGraphBuilder } from '../../src/onnx/builder.ts';
import { sorted } from '../../src/onnx/order.ts';
import { prune } from '../../src/onnx/prune.ts';
import { float32 } from '../../src/onnx/tensor.ts';

it('keeps exactly the nodes and weights that an output needs, and every input', () => {
  const builder = createGraphBuilder({ name: 'g', opset: 17 });
  builder.input('x', 'float32', [2]);
  builder.input('unread', 'float32', [2]);
  builder.initializer({ name: 'used', tensor: float32([2]) });
  builder.initializer({ name: 'unused', tensor: float32([2]) });
  const [left, right] = builder.multi('Split', ['x'], 2);
  builder.op('Add', [right as string, 'unused'], {}, 'dead');
  builder.op('Neg', ['dead'], {}, 'dead too');
  builder.output(builder.op('Mul', [left as string, 'used'], {}, 'y'), 'float32', [1]);

  const graph = prune(builder.build());
  expect(graph.nodes.map((node) => node.op)).toEqual(['Split', 'Mul']);
  expect([...graph.initializers.keys()]).toEqual(['used']);
  expect(graph.inputs.map((input) => input.name)).toEqual(['x', 'unread']);
});

it('orders a chain far longer than the call stack, whatever its order was', () => {
  const builder = createGraphBuilder({ name: 'chain', opset: 17 });
  builder.input('v0', 'float32', [1]);
  for (let index = 0; index < 50_000; index += 1) builder.op('Neg', [`v${index}`], {}, `v${index + 1}`);
  const graph = builder.build();
  expect(sorted({ ...graph, nodes: graph.nodes.toReversed() }).nodes).toEqual(graph.nodes);
});
