import { gradientGraph } from '../../autodiff/gradient-graph.ts';
import { createGraphBuilder, type GraphBuilder, int } from '../../onnx/builder.ts';
import { type CutTextEncoder, embeddingsInput } from '../../onnx/cut/text-encoder.ts';
import type { Head } from '../../onnx/cut/unet.ts';
import { fused } from '../../onnx/fuse/fuse.ts';
import type { Graph } from '../../onnx/graph.ts';
import { specialize } from '../../onnx/shape/specialize.ts';
import { float32 } from '../../onnx/tensor.ts';
import { type HeadWeights, type Layers, widthOf } from '../heads.ts';
import type { TokenWeights } from '../token-weights.ts';

/** What a training of the weights that one token has of its own is opened for. */
export interface TokenTextOptions {
  readonly batch: number;
  readonly tokens: number;
  readonly layers: Layers;
  /** W, which does not change meanwhile. */
  readonly weights: HeadWeights;
  /** Of W′: read anew at each step. */
  readonly own: TokenWeights;
  /** At how many positions of a batch they are read, and learn, at most. */
  readonly positions: number;
  /** At how many positions of a batch other tokens' weights are read, at most. */
  readonly others: number;
}

/** The text side of such a training as one graph, and what its values are called. */
export interface TokenText {
  /** From embeddings, [layers · batch, tokens, width], to keys and values, and from {@link cotangentsInput} back to the embeddings and the token's weights. */
  readonly graph: Graph;
  /** The value that holds a head's keys or values, [batch, tokens, out], by the trunk's input that it is for. */
  readonly projected: ReadonlyMap<string, string>;
  readonly gradients: {
    readonly embeddings: string;
    /** Of {@link valuesInput} by layer; undefined where the token has no weights there. */
    readonly own: readonly (string | undefined)[];
  };
}

/** [positions, batch · tokens], see selection.ts. */
export const positionsInput = 'own.positions';
/** What the token has of a layer's heads, one head behind the other. */
export const valuesInput = (layer: number) => `own.values.${layer}`;
/** dLoss/d(keys and values) at the token's positions, [positions, out features of all heads]: layer by layer beside one another. */
export const cotangentsInput = 'own.cotangents';
/** [others, batch · tokens] */
export const otherPositionsInput = 'others.positions';
/** What other tokens' weights change there in a layer's keys and values, [others, out features]. */
export const otherRowsInput = (layer: number) => `others.rows.${layer}`;

/**
 * Of all positions c·W, at those of the token c_p·W′ in its place, and the vector-Jacobian product of these alone. A layer's matrices lie
 * beside one another as one, so that there is one product where there are as many heads.
 * Raises 'unsupported-operator' where an operator of the text encoder cannot be trained through.
 */
export function tokenText(encoder: CutTextEncoder, options: TokenTextOptions): TokenText {
  const { batch, tokens, layers } = options;
  const { body, statesOutput, table } = encoder;
  const name = `${body.name} at a token`;
  const builder = createGraphBuilder({ name, opset: body.opset, from: { ...body, outputs: [] } });
  const select = selecting(builder, options);
  const parts = statesByLayer(builder, statesOutput, options).map((states, layer) =>
    projectLayer(builder, states, layer, { select, options }),
  );
  const rows = parts.map((part) => part.rows);
  const of = rows.length === 1 ? (rows[0] as string) : builder.op('Concat', rows, { axis: int(1) });
  const width = widthOf(layers.flat());
  builder.output(of, 'float32', [options.positions, width]);
  const projected = new Map(parts.flatMap((part) => part.projected));
  const learning = layers.map((heads, layer) =>
    ownCount(heads, options) > 0 ? valuesInput(layer) : undefined,
  );
  const shaped = specialize(builder.build(), {
    [embeddingsInput]: [layers.length * batch, tokens, table.width],
  });
  const { graph, gradients } = gradientGraph(fused(shaped), {
    of,
    cotangent: cotangentsInput,
    wrt: [embeddingsInput, ...learning.filter((input) => input !== undefined)],
    keep: [...projected.values()],
  });
  const embeddings = gradients.get(embeddingsInput) as string;
  return {
    graph,
    projected,
    gradients: { embeddings, own: learning.map((input) => gradients.get(input ?? '')) },
  };
}

/** Each layer's text states, [batch, tokens, in]. */
function statesByLayer(
  builder: GraphBuilder,
  states: string,
  { batch, layers }: TokenTextOptions,
): readonly string[] {
  if (layers.length === 1) return [states];
  const sizes = builder.ints(layers.map(() => batch));
  return builder.multi('Split', [states, sizes], layers.length, { axis: int(0) });
}

interface Selecting {
  /** [positions, places] and [places, positions] */
  readonly there: string;
  readonly back: string;
  /** [places, 1]: 0 at the token's positions, 1 at all others. */
  readonly elsewhere: string;
  /** [places, others]; undefined where there are none. */
  readonly othersBack: string | undefined;
}

function selecting(builder: GraphBuilder, { batch, tokens, positions, others }: TokenTextOptions): Selecting {
  const places = batch * tokens;
  const there = builder.input(positionsInput, 'float32', [positions, places]);
  const back = builder.op('Transpose', [there]);
  const ones = builder.constant(float32([positions, 1], new Float32Array(positions).fill(1)));
  const elsewhere = builder.op('Sub', [builder.scalar(1), builder.op('MatMul', [back, ones])]);
  const othersBack =
    others === 0
      ? undefined
      : builder.op('Transpose', [builder.input(otherPositionsInput, 'float32', [others, places])]);
  return { there, back, elsewhere, othersBack };
}

/** A layer's keys and values, and what they are at the token's positions, [positions, out features of its heads]. */
function projectLayer(
  builder: GraphBuilder,
  states: string,
  layer: number,
  { select, options }: { readonly select: Selecting; readonly options: TokenTextOptions },
): { readonly rows: string; readonly projected: readonly (readonly [string, string])[] } {
  const { batch, tokens, others, layers } = options;
  const heads = layers[layer] as readonly Head[];
  const total = widthOf(heads);
  const flat = builder.op('Reshape', [states, builder.ints([batch * tokens, heads[0]?.inFeatures ?? 0])]);
  const matrix = builder.initializer({ name: `matrix.${layer}`, tensor: sideBySide(heads, options) });
  const own = withOwnValues(builder, matrix, layer, options);
  const rows = builder.op('MatMul', [builder.op('MatMul', [select.there, flat]), own]);
  const elsewhere = builder.op('MatMul', [builder.op('Mul', [flat, select.elsewhere]), matrix]);
  const whole = builder.op('Add', [elsewhere, builder.op('MatMul', [select.back, rows])]);
  const changed =
    select.othersBack === undefined
      ? whole
      : builder.op('Add', [
          whole,
          builder.op('MatMul', [
            select.othersBack,
            builder.input(otherRowsInput(layer), 'float32', [others, total]),
          ]),
        ]);
  const split = builder.multi(
    'Split',
    [changed, builder.ints(heads.map(({ outFeatures }) => outFeatures))],
    heads.length,
    { axis: int(1) },
  );
  const projected = heads.map(({ name, trunkInput, outFeatures }, at) => {
    const dims = [batch, tokens, outFeatures];
    const value = builder.op('Reshape', [split[at] as string, builder.ints(dims)], {}, `${name}.projected`);
    return [trunkInput, builder.output(value, 'float32', dims)] as const;
  });
  return { rows, projected };
}

/** The heads' matrices as one, [in, out features of all]. */
function sideBySide(heads: readonly Head[], { weights }: TokenTextOptions) {
  const [rows = 0] = heads.map(({ inFeatures }) => inFeatures);
  const total = widthOf(heads);
  const joined = float32([rows, total]);
  let from = 0;
  for (const { name, outFeatures } of heads) {
    const matrix = weights.get(name) as Float32Array;
    for (let row = 0; row < rows; row++)
      joined.data.set(matrix.subarray(row * outFeatures, (row + 1) * outFeatures), row * total + from);
    from += outFeatures;
  }
  return joined;
}

/** W′: W with the token's values in their places. */
function withOwnValues(
  builder: GraphBuilder,
  matrix: string,
  layer: number,
  options: TokenTextOptions,
): string {
  const heads = options.layers[layer] as readonly Head[];
  const count = ownCount(heads, options);
  if (count === 0) return matrix;
  const places = new BigInt64Array(2 * count);
  let [at, from] = [0, 0];
  for (const { name, outFeatures } of heads) {
    for (const index of options.own.heads.get(name)?.indices ?? []) {
      places[at++] = BigInt(Math.floor(index / outFeatures));
      places[at++] = BigInt(from + (index % outFeatures));
    }
    from += outFeatures;
  }
  const there = builder.constant({ type: 'int64', dims: [count, 2], data: places });
  const values = builder.input(valuesInput(layer), 'float32', [count]);
  return builder.op('ScatterND', [matrix, there, values]);
}

/** How many weights the token has of these heads. */
function ownCount(heads: readonly Head[], { own }: Pick<TokenTextOptions, 'own'>): number {
  return heads.reduce((sum, { name }) => sum + (own.heads.get(name)?.indices.length ?? 0), 0);
}
