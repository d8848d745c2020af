import { createGraphBuilder } from '../builder.ts';
import { elementTypeOf } from '../element-codes.ts';
import { floatAttribute, type Graph, intAttribute, intsAttribute, type Node } from '../graph.ts';
import { sorted } from '../order.ts';
import { allocate } from '../tensor.ts';

/**
 * The graph with zeros in the place of Gaussian noise that it draws, so that it answers alike each time: an encoder exported
 * with `.latent_dist.sample()`, which is mean + deviation · noise, gives the mean. The same graph where it draws none.
 */
export function withoutNoise(graph: Graph): Graph {
  const draws = graph.nodes.filter(isNoise);
  if (draws.length === 0) return graph;
  const nodes = graph.nodes.filter((node) => !isNoise(node));
  const builder = createGraphBuilder({ name: graph.name, opset: graph.opset, from: { ...graph, nodes } });
  for (const draw of draws) {
    const like = draw.op === 'RandomNormalLike';
    const shape = like ? builder.op('Shape', draw.inputs) : builder.ints(intsAttribute(draw, 'shape') ?? []);
    const type = elementTypeOf(intAttribute(draw, 'dtype', 1)) ?? 'float32';
    const value = { type, dims: [1], data: allocate(type, 1) };
    builder.op('ConstantOfShape', [shape], { value: { kind: 'tensor', value } }, draw.outputs[0]);
  }
  return sorted(builder.build());
}

function isNoise(node: Node): boolean {
  return (
    node.domain === '' &&
    (node.op === 'RandomNormal' || node.op === 'RandomNormalLike') &&
    floatAttribute(node, 'mean', 0) === 0
  );
}
