import { createGraphBuilder, float, type GraphBuilder, int, ints } from '../../../src/onnx/builder.ts';
import {
  floatAttribute,
  type Graph,
  intAttribute,
  type Node,
  type ShapedGraph,
} from '../../../src/onnx/graph.ts';
import { float32 } from '../../../src/onnx/tensor.ts';

/**
 * The same graph with the operators that ONNX Runtime has on a GPU alone written out as its documentation (docs/ContribOperators.md) defines
 * them, so that the CPU can run it.
 */
export function inPlainOperators({ graph, values }: ShapedGraph): Graph {
  const builder = createGraphBuilder({ ...graph, from: graph });
  const dimsOf = (value: string) => values.get(value)!.dims;
  for (const node of graph.nodes) (written[node.op] ?? builder.node)(node, builder, dimsOf);
  const built = builder.build();
  return { ...built, nodes: built.nodes.slice(graph.nodes.length) };
}

type Writes = (node: Node, builder: GraphBuilder, dimsOf: (value: string) => readonly number[]) => void;

const perm = (...axes: readonly number[]) => ({ perm: ints(axes) });

const written: Readonly<Record<string, Writes>> = {
  NhwcConv({ inputs: [x, weight, ...bias], outputs: [y], attributes }, b) {
    const turned = [
      b.op('Transpose', [x!], perm(0, 3, 1, 2)),
      b.op('Transpose', [weight!], perm(0, 3, 1, 2)),
    ];
    b.op('Transpose', [b.op('Conv', [...turned, ...bias], attributes)], perm(0, 2, 3, 1), y);
  },

  GroupNorm(node, b, dimsOf) {
    const [x, scale, bias] = node.inputs as [string, string, string];
    const [batch = 0, height = 0, width = 0, channels = 0] = dimsOf(x);
    const groups = intAttribute(node, 'groups', 0);
    const filled = (value: number) => b.constant(float32([groups], new Float32Array(groups).fill(value)));
    const grouped = b.op('Reshape', [
      b.op('Transpose', [x], perm(0, 3, 1, 2)),
      b.ints([batch, groups, (channels / groups) * height * width]),
    ]);
    const normal = b.op('InstanceNormalization', [grouped, filled(1), filled(0)], {
      epsilon: float(floatAttribute(node, 'epsilon', 0)),
    });
    const back = b.op('Reshape', [normal, b.ints([batch, channels, height, width])]);
    const last = b.op('Transpose', [back], perm(0, 2, 3, 1));
    const moved = b.op('Add', [b.op('Mul', [last, scale]), bias]);
    if (intAttribute(node, 'activation', 0) === 1)
      b.op('Mul', [moved, b.op('Sigmoid', [moved])], {}, node.outputs[0]);
    else b.op('Identity', [moved], {}, node.outputs[0]);
  },

  BiasSplitGelu({ inputs: [x, bias], outputs: [y] }, b, dimsOf) {
    const width = dimsOf(x!)[2] as number;
    const [left, right] = b.multi('Split', [b.op('Add', [x!, bias!]), b.ints([width / 2, width / 2])], 2, {
      axis: int(2),
    }) as [string, string];
    const erf = b.op('Erf', [b.op('Mul', [right, b.scalar(Math.SQRT1_2)])]);
    const gelu = b.op('Mul', [b.op('Mul', [right, b.scalar(0.5)]), b.op('Add', [erf, b.scalar(1)])]);
    b.op('Mul', [left, gelu], {}, y);
  },
};
