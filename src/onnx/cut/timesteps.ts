import { type Graph, intsAttribute, type Node, type ValueInfo } from '../graph.ts';
import { type Links, linksOf, usesAhead } from '../links.ts';

/**
 * A U-Net whose timestep is one for all pictures, as a scalar or as a vector of one, made to take one for each: exporters
 * make a vector of one out of a scalar before it is spread over the batch, and a longer vector goes the same way.
 * The same graph where it takes one for each already, or where the scalar is used for anything else.
 */
export function withTimestepEach(graph: Graph): Graph {
  const timestep = graph.inputs.find(({ dims }) => dims.length <= 1);
  if (timestep === undefined || typeof timestep.dims[0] === 'string') return graph;
  const lifts = timestep.dims.length === 0 ? liftsOf(graph, timestep) : new Set<Node>();
  if (lifts === undefined) return graph;
  return {
    ...graph,
    inputs: graph.inputs.map((input) => (input === timestep ? { ...input, dims: ['timesteps'] } : input)),
    nodes: graph.nodes.map((node) => (lifts.has(node) ? handedOn(node) : node)),
  };
}

const elementwise = new Set(['Cast', 'Identity']);

/** The nodes that make a vector of one of the scalar; undefined where something else reads it. */
function liftsOf(graph: Graph, timestep: ValueInfo): ReadonlySet<Node> | undefined {
  const links = linksOf(graph);
  const uses = [...usesAhead(links, timestep.name, ({ node }) => elementwise.has(node.op))].filter(
    ({ node }) => !elementwise.has(node.op),
  );
  return uses.every(({ node, index }) => index === 0 && makesVector(graph, links, node))
    ? new Set(uses.map(({ node }) => node))
    : undefined;
}

function makesVector(graph: Graph, links: Links, node: Node): boolean {
  const second = intsAttribute(node, 'axes') ?? integersOf(graph, links, node.inputs[1]);
  if (second?.length !== 1) return false;
  if (node.op === 'Unsqueeze') return second[0] === 0 || second[0] === -1;
  return node.op === 'Reshape' && (second[0] === 1 || second[0] === -1);
}

function integersOf(graph: Graph, links: Links, name = ''): readonly number[] | undefined {
  const weight = graph.initializers.get(name);
  const constant = links.producer(name)?.attributes.value;
  const tensor =
    weight && 'tensor' in weight ? weight.tensor : constant?.kind === 'tensor' ? constant.value : undefined;
  return tensor && Array.from(tensor.data, Number);
}

function handedOn({ name, inputs, outputs }: Node): Node {
  return { op: 'Identity', domain: '', name, inputs: inputs.slice(0, 1), outputs, attributes: {} };
}
