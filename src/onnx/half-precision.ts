import { createGraphBuilder, type GraphBuilder, int } from './builder.ts';
import { elementCodes } from './element-codes.ts';
import { withScaleFirst } from './fuse/scale-first.ts';
import type { Graph, Node, ShapedGraph } from './graph.ts';
import { elementCount } from './tensor.ts';
import { variancesOf } from './variances.ts';

/** Operators that are computed in half precision whatever comes in: nearly all of a model's work. */
const products = new Set([
  'BiasSplitGelu',
  'Conv',
  'ConvTranspose',
  'Gemm',
  'GroupNorm',
  'MatMul',
  'MultiHeadAttention',
  'NhwcConv',
]);

/** Operators whose results would lose their meaning in half precision: waves of timesteps. */
const wide = new Set(['Cos', 'Sin']);

type Precision = 'float16' | 'float32';

/**
 * The same graph computed in half precision, with the same inputs and outputs in float32 and casts in between. Weights are cast
 * where they are used, which a runtime does once when it opens the graph, so that files stay as they are.
 *
 * Products and convolutions are computed in float16, `Sin`, `Cos` and what a variance is made of in float32, for squares overflow; any
 * other node in float16 unless a value that it reads is there in float32 alone (Micikevicius et al. 2018, Mixed Precision Training, §3.3). The inputs in
 * `narrow` count as float16 values, all others as float32 ones, so that a loss against a float32 target is in float32. Products that
 * are made smaller are so before they are taken (`fuse/scale-first.ts`).
 *
 * @param given inputs that become float16 themselves
 */
export function inHalfPrecision(
  shaped: ShapedGraph,
  narrow: ReadonlySet<string>,
  given: ReadonlySet<string> = new Set(),
): Graph {
  const { graph, values } = withScaleFirst(shaped);
  const { name, opset, outputs } = graph;
  const inputs = graph.inputs.map((input) =>
    given.has(input.name) ? { ...input, type: 'float16' as const } : input,
  );
  const variances = variancesOf(graph);
  const builder = createGraphBuilder({ name, opset, from: { ...graph, inputs, nodes: [], outputs: [] } });
  const isFloat = (value: string) => values.get(value)?.type === 'float32';
  const forms = createForms(builder, graph, values);
  for (const input of inputs) {
    if (isFloat(input.name)) forms.set(input.name, given.has(input.name) ? 'float16' : 'float32', input.name);
    if (narrow.has(input.name)) forms.narrow(input.name);
  }
  for (const node of graph.nodes) convert(node);
  for (const output of outputs) {
    if (isFloat(output.name)) forms.get(output.name, 'float32');
    builder.output(output.name, output.type, output.dims);
  }
  return builder.build();

  function convert(node: Node): void {
    const precision = precisionOf(node);
    const inputsOf = node.inputs.map((input, index) =>
      isFloat(input) ? forms.get(input, keepsFloat32(node, index) ? 'float32' : precision) : input,
    );
    const statistics = statisticsOf(node);
    const outputsOf = node.outputs.map((output) => {
      if (!isFloat(output)) return output;
      const given = statistics.includes(output) ? 'float32' : precision;
      const own = given === 'float32' ? output : builder.fresh(`${output}.half`);
      forms.set(output, given, own);
      return own;
    });
    builder.node({
      ...node,
      inputs: inputsOf,
      outputs: outputsOf,
      attributes: attributesOf(node, precision),
    });
    if (precision === 'float16') for (const statistic of statistics) forms.narrow(statistic);
  }

  function precisionOf(node: Node): Precision {
    if (products.has(node.op)) return 'float16';
    const computed = node.inputs.filter((input) => isFloat(input) && !graph.initializers.has(input));
    if (wide.has(node.op) || variances.has(node) || computed.length === 0) return 'float32';
    return computed.some((input) => forms.own(input) === 'float32') ? 'float32' : 'float16';
  }
}

/** The mean and the inverse deviation, which a LayerNormalization gives in float32 whatever it normalizes. */
function statisticsOf({ op, outputs }: Node): readonly string[] {
  return op === 'LayerNormalization' ? outputs.slice(1).filter(Boolean) : [];
}

interface Forms {
  /** What precision a value is computed in. */
  own(value: string): Precision;
  /** The value's name in a precision; it is cast the first time that it is asked for in another than its own. */
  get(value: string, precision: Precision): string;
  set(value: string, precision: Precision, name: string): void;
  /** Makes float16 the own precision of a value that is there in float32. */
  narrow(value: string): void;
}

function createForms(builder: GraphBuilder, graph: Graph, values: ShapedGraph['values']): Forms {
  const names = { float16: new Map<string, string>(), float32: new Map<string, string>() };
  const own = new Map<string, Precision>();
  for (const weight of graph.initializers.keys()) {
    if (values.get(weight)?.type === 'float32') names.float32.set(weight, weight);
  }
  const forms: Forms = {
    own: (value) => own.get(value) ?? 'float32',
    get(value, precision) {
      const known = names[precision].get(value);
      if (known !== undefined) return known;
      const source = names[precision === 'float16' ? 'float32' : 'float16'].get(value) ?? value;
      // What is computed in float16 has a name of its own, so that of the value itself is free for float32.
      const target = precision === 'float32' ? value : builder.fresh(`${value}.half`);
      builder.node(castOf(source, target, precision, builder.fresh(`${target}.cast`)));
      names[precision].set(value, target);
      return target;
    },
    set(value, precision, name) {
      names[precision].set(value, name);
      own.set(value, precision);
    },
    narrow(value) {
      forms.get(value, 'float16');
      own.set(value, 'float16');
    },
  };
  return forms;
}

function castOf(source: string, target: string, precision: Precision, name: string): Node {
  const attributes = { to: int(elementCodes[precision]) };
  return { op: 'Cast', domain: '', name, inputs: [source], outputs: [target], attributes };
}

/** Resize takes its region and scales in float32 whatever it resizes, the runtime's GroupNorm its scale and bias. */
function keepsFloat32({ op }: Node, index: number): boolean {
  return (op === 'Resize' || op === 'GroupNorm') && index > 0;
}

/** A cast to float32 becomes one to the precision that its result is in. */
function attributesOf(node: Node, precision: Precision): Node['attributes'] {
  const { to } = node.attributes;
  const casts = node.op === 'Cast' && to?.kind === 'int' && to.value === elementCodes.float32;
  return casts ? { ...node.attributes, to: int(elementCodes[precision]) } : node.attributes;
}

/** Bytes of a graph's weights in a precision. */
export function weightBytes({ graph, values }: ShapedGraph, precision: Precision): number {
  const size = precision === 'float16' ? 2 : 4;
  return [...graph.initializers.keys()]
    .filter((name) => values.get(name)?.type.startsWith('float'))
    .reduce((sum, name) => sum + elementCount(values.get(name)?.dims ?? []) * size, 0);
}
