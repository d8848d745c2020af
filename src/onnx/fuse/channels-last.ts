import { createGraphBuilder, float, type GraphBuilder, int, ints } from '../builder.ts';
import {
  type Attributes,
  intAttribute,
  intsAttribute,
  type Node,
  type Shaped,
  type ShapedGraph,
  shapeOfInitializer,
  stringAttribute,
} from '../graph.ts';
import { linksOf } from '../links.ts';
import { elementCount } from '../tensor.ts';
import { runtimeDomain } from './attention.ts';
import { type GroupNorm, groupNormAround } from './group-norm.ts';

/** Where the channels of a value of four axes lie: as ONNX has them, or as tensor cores read them, [batch, height, width, channels]. */
type Layout = 'first' | 'last';

const toLast = [0, 2, 3, 1] as const;
const toFirst = [0, 3, 1, 2] as const;

/** The most channels of a group that the runtime's kernel takes: a block of threads reads one group at least, each thread two channels. */
const mostOfGroup = 512;

/** Operators that do not look at where a number lies. */
const pointwise = new Set(['Add', 'Sub', 'Mul', 'Div', 'Sigmoid', 'Cast', 'Identity']);

/**
 * The same computation with channels last around its convolutions, which are the runtime's own NhwcConv then, as its GroupNorms are one operator
 * with the SiLU behind them. What lies between two of those stays in that layout; where something else reads a value it is turned back, and
 * where that is all that the model itself does, nothing is done at all. The runtime has both operators on a GPU alone.
 */
export function withChannelsLast(shaped: ShapedGraph): ShapedGraph {
  const { graph, values } = shaped;
  const links = linksOf(graph);
  const norms = graph.nodes.flatMap((node) => groupNormAround(node, shaped, links) ?? []).filter(isSupported);
  const normOf = new Map(norms.map((norm) => [norm.last, norm]));
  const gone = new Set(norms.flatMap(({ parts }) => parts));
  const builder = createGraphBuilder({ ...graph, from: graph });
  const known = new Map(values);
  const forms = createForms(builder, known);
  for (const node of graph.nodes) {
    const norm = normOf.get(node);
    if (norm !== undefined) emitGroupNorm(norm, node);
    else if (!gone.has(node)) convert(node);
  }
  for (const { name } of graph.outputs) forms.settle(name);
  const built = builder.build();
  for (const [name, weight] of built.initializers) known.set(name, shapeOfInitializer(weight));
  return { graph: { ...built, nodes: built.nodes.slice(graph.nodes.length) }, values: known };

  function convert(node: Node): void {
    const isLast = node.inputs.some((input) => forms.own(input) === 'last');
    if (isConvolution(node)) emitConvolution(node);
    else if (node.op === 'Transpose' && forms.turn(node)) return;
    else if (isLast && pointwise.has(node.op) && node.inputs.every(isPointwiseInput)) emit(node, 'last');
    else if (isLast && node.op === 'Concat' && intAttribute(node, 'axis', 0) === 1)
      emit({ ...node, attributes: { axis: int(3) } }, 'last');
    else emit(node, 'first');
  }

  function emit(node: Node, layout: Layout): void {
    const layoutOf = (value: string) => (rankOf(value) === 4 ? layout : 'first');
    const inputs = node.inputs.map((input) => forms.get(input, layoutOf(input)));
    const outputs = node.outputs.map((output) => forms.computed(output, layoutOf(output)));
    builder.node({ ...node, inputs, outputs });
  }

  /** One over all channels, with its padding written down. */
  function isConvolution(node: Node): boolean {
    const [x = '', weight = ''] = node.inputs;
    const isPlain =
      intAttribute(node, 'group', 1) === 1 && stringAttribute(node, 'auto_pad', 'NOTSET') === 'NOTSET';
    return (
      node.op === 'Conv' && node.domain === '' && isPlain && rankOf(x) === 4 && graph.initializers.has(weight)
    );
  }

  function emitConvolution(node: Node): void {
    const [x = '', weight = '', ...bias] = node.inputs;
    const sides = intsAttribute(node, 'kernel_shape') ?? values.get(weight)?.dims.slice(2) ?? [];
    builder.node({
      ...node,
      op: 'NhwcConv',
      domain: runtimeDomain,
      inputs: [forms.get(x, 'last'), forms.get(weight, 'last'), ...bias],
      outputs: node.outputs.map((output) => forms.computed(output, 'last')),
      attributes: { ...node.attributes, kernel_shape: ints(sides) },
    });
  }

  function emitGroupNorm({ x, scale, bias, groups, epsilon, silu }: GroupNorm, last: Node): void {
    builder.node({
      op: 'GroupNorm',
      domain: runtimeDomain,
      name: last.name,
      inputs: [forms.get(x, 'last'), flat(scale), flat(bias)],
      outputs: [forms.computed(last.outputs[0] ?? '', 'last')],
      attributes: {
        groups: int(groups),
        epsilon: float(epsilon),
        activation: int(silu ? 1 : 0),
        channels_last: int(1),
      },
    });
  }

  /** A weight for each channel as a list. */
  function flat(weight: string): string {
    const list = builder.op('Reshape', [weight, builder.ints([-1])]);
    const { type, dims } = values.get(weight) as Shaped;
    known.set(list, { type, dims: [elementCount(dims)] });
    return list;
  }

  function isPointwiseInput(input: string): boolean {
    return rankOf(input) === 4 || elementCount(values.get(input)?.dims ?? []) === 1;
  }

  function rankOf(value: string): number {
    return values.get(value)?.dims.length ?? 0;
  }

  function isSupported({ x, groups }: GroupNorm): boolean {
    const channels = values.get(x)?.dims[1] ?? 0;
    return channels % (2 * groups) === 0 && channels / groups <= mostOfGroup;
  }
}

interface Forms {
  /** The layout that a value was computed in. */
  own(value: string): Layout;
  /** The value's name in a layout; it is turned the first time that it is asked for in another than its own. */
  get(value: string, layout: Layout): string;
  /** The name under which a value is now computed in a layout. */
  computed(value: string, layout: Layout): string;
  /** Takes a transposition that only changes the layout for the same value in the other one; false where it is another. */
  turn(node: Node): boolean;
  /** Has the value lie under its own name, as a graph's output does. */
  settle(value: string): void;
}

function createForms(builder: GraphBuilder, known: Map<string, Shaped>): Forms {
  const names = { first: new Map<string, string>(), last: new Map<string, string>() };
  const own = new Map<string, Layout>();
  const other = (layout: Layout): Layout => (layout === 'first' ? 'last' : 'first');

  const forms: Forms = {
    own: (value) => own.get(value) ?? 'first',
    get(value, layout) {
      const there = names[layout].get(value) ?? (forms.own(value) === layout ? value : undefined);
      if (there !== undefined) return there;
      const perm = layout === 'last' ? toLast : toFirst;
      const source = names[other(layout)].get(value) ?? value;
      const target = layout === 'first' ? value : fresh(value);
      const dims = known.get(target)?.dims ?? [];
      // A runtime renames a reshape, and runs a kernel for a transposition even of one place.
      if (isOnePlace(value)) add('Reshape', [source, builder.ints(dims)], target);
      else add('Transpose', [source], target, { perm: ints(perm) });
      names[layout].set(value, target);
      return target;
    },
    computed(value, layout) {
      own.set(value, layout);
      const name = layout === 'first' ? value : fresh(value);
      names[layout].set(value, name);
      return name;
    },
    turn({ inputs: [x = ''], outputs: [y = ''], attributes }) {
      const perm = attributes.perm?.kind === 'ints' ? `${attributes.perm.value}` : '';
      if (perm === `${toLast}` && forms.own(x) === 'last') {
        names.first.set(y, forms.get(x, 'last'));
        return true;
      }
      if (perm !== `${toFirst}`) return false;
      names.last.set(y, forms.get(x, 'first'));
      own.set(y, 'last');
      return true;
    },
    settle(value) {
      const name = forms.get(value, 'first');
      if (name !== value) add('Identity', [name], value);
    },
  };
  return forms;

  /** A node whose name is not that of what it makes, as that of the node may be that was to make it. */
  function add(op: string, inputs: readonly string[], output: string, attributes: Attributes = {}): void {
    const name = builder.fresh(`${output}.turned`);
    builder.node({ op, domain: '', name, inputs, outputs: [output], attributes });
  }

  function isOnePlace(value: string): boolean {
    const [, , height, width] = known.get(value)?.dims ?? [];
    return height === 1 && width === 1;
  }

  /** A name for the value with its channels last. */
  function fresh(value: string): string {
    const { type, dims } = known.get(value) as Shaped;
    const name = builder.fresh(`${value}.channels_last`);
    known.set(name, { type, dims: toLast.map((axis) => dims[axis] as number) });
    return name;
  }
}
