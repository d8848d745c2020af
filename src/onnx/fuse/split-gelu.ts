import { type Graph, intAttribute, type Node, type ShapedGraph } from '../graph.ts';
import { type Links, linksOf } from '../links.ts';
import { runtimeDomain } from './attention.ts';
import { numberOf } from './known.ts';
import { type Replaceable, replaced } from './replaced.ts';
import { soleReader } from './sole-reader.ts';
import { withSplits } from './splits.ts';

/** The features that the runtime's kernel is made for: those of Stable Diffusion. */
const widths: ReadonlySet<number | undefined> = new Set([2560, 5120, 10240]);

/** From this operator set on a Split takes its sizes as an input. */
const oldest = 13;

interface SplitGelu extends Replaceable {
  /** What the bias is added to. */
  readonly product: string;
  readonly bias: string;
}

/**
 * The graph with one BiasSplitGelu of the runtime's own in the place of a GEGLU (Shazeer 2020): of x + bias the first half times the GELU of
 * the second. The runtime has it on a GPU alone.
 */
export function withSplitGelus(given: ShapedGraph): ShapedGraph {
  if (given.graph.opset < oldest) return given;
  const shaped = withSplits(given);
  const { graph, values } = shaped;
  const links = linksOf(graph);
  const found = graph.nodes.flatMap((node) => splitGeluAt(node, shaped, links) ?? []);
  const nodes = replaced(graph.nodes, found, ({ product, bias, last }) => ({
    ...last,
    op: 'BiasSplitGelu',
    domain: runtimeDomain,
    inputs: [product, bias],
    attributes: {},
  }));
  return { graph: { ...graph, nodes }, values };
}

function splitGeluAt(last: Node, { graph, values }: ShapedGraph, links: Links): SplitGelu | undefined {
  const split = last.op === 'Mul' ? links.producer(last.inputs[0] ?? '') : undefined;
  const [left = '', right = '', ...others] = split?.outputs ?? [];
  const dims = values.get(split?.inputs[0] ?? '')?.dims ?? [];
  const isLastAxis = [-1, dims.length - 1].includes(split ? intAttribute(split, 'axis', 0) : 0);
  if (split?.op !== 'Split' || others.length > 0 || last.inputs[0] !== left || !isLastAxis) return undefined;
  const gelu = geluOf(last.inputs[1] ?? '', right, graph, links);
  const add = links.producer(split.inputs[0] ?? '');
  const bias = add?.inputs.find((input) => graph.initializers.has(input));
  const product = add?.inputs.find((input) => input !== bias);
  const fits =
    dims.length === 3 && widths.has(dims[2]) && `${values.get(bias ?? '')?.dims}` === `${dims.slice(2)}`;
  const isAlone =
    soleReader(left, graph, links) === last && soleReader(split.inputs[0] ?? '', graph, links) === split;
  if (add?.op !== 'Add' || !gelu || !bias || !product || !fits || !isAlone) return undefined;
  return { product, bias, last, parts: [add, split, ...gelu] };
}

/** The nodes of x·(erf(x/√2) + 1)·½ (Hendrycks & Gimpel 2016), where they alone read x and one another. */
function geluOf(value: string, x: string, graph: Graph, links: Links): readonly Node[] | undefined {
  const halved = links.producer(value);
  const product = links.producer(operandBeside(halved, 0.5) ?? '');
  const plusOne = links.producer(product?.inputs.find((input) => input !== x) ?? '');
  const erf = links.producer(operandBeside(plusOne, 1) ?? '');
  const divided = links.producer(erf?.inputs[0] ?? '');
  const parts = [divided, erf, plusOne, product, halved].filter((node) => node !== undefined);
  const isGelu =
    `${parts.map(({ op }) => op)}` === 'Div,Erf,Add,Mul,Mul' &&
    product?.inputs.includes(x) &&
    divided?.inputs[0] === x &&
    Math.abs((numberOf(graph, divided.inputs[1] ?? '') ?? 0) - Math.SQRT2) < 1e-3;
  const isAlone =
    links.uses(x).every(({ node }) => parts.includes(node)) &&
    graph.outputs.every(({ name }) => name !== x) &&
    parts.every(({ outputs: [output = ''] }) => soleReader(output, graph, links) !== undefined);
  return isGelu && isAlone ? parts : undefined;

  function operandBeside(node: Node | undefined, number: number): string | undefined {
    const at = node?.inputs.findIndex((input) => numberOf(graph, input) === number) ?? -1;
    return at < 0 ? undefined : node?.inputs[1 - at];
  }
}
