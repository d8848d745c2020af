import { gradientGraph } from '../autodiff/gradient-graph.ts';
import { createGraphBuilder, type GraphBuilder, int } from '../onnx/builder.ts';
import type { CutTextEncoder } from '../onnx/cut/text-encoder.ts';
import type { Head } from '../onnx/cut/unet.ts';
import { fused } from '../onnx/fuse/fuse.ts';
import type { Graph, ShapedGraph } from '../onnx/graph.ts';
import { specialize } from '../onnx/shape/specialize.ts';
import { float32, type Tensor } from '../onnx/tensor.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { HeadWeights, KeysAndValues } from './heads.ts';
import { orRelease } from './or-release.ts';
import { selectionOf } from './selection.ts';
import type { TextGradients } from './text-gradients.ts';
import {
  addTokenWeights,
  type PlacedWeights,
  type TextPosition,
  type TokenPosition,
  type TokenWeights,
} from './token-weights.ts';

/**
 * The text side of a training of the weights that one token has of its own. The matrices lie where models run; what goes in and out
 * in a step is what the token has and what stands at its positions, which on a GPU is all that is copied.
 */
export interface TokenTraining {
  /** Keys and values of embeddings [batch, tokens, width], under weights of their own at some positions. */
  project(embeddings: Tensor, positions?: readonly TokenPosition[]): Promise<KeysAndValues>;
  /**
   * Takes dLoss/dK and dLoss/dV at some positions, and at no other, back through the token's weights.
   * @param cotangents at these positions in their order, [positions, out] with as many rows as the training was opened for
   * @returns for the weights dLoss/dW′ in the order of the token's own, by head name
   */
  gradients(
    embeddings: Tensor,
    positions: readonly TextPosition[],
    cotangents: KeysAndValues,
  ): Promise<TextGradients>;
  release(): Promise<void>;
}

/** What a training of a token's weights is opened for. */
export interface TokenTrainingOptions {
  readonly batch: number;
  readonly tokens: number;
  /** W, which does not change meanwhile. */
  readonly weights: HeadWeights;
  /** Of W′: read anew at each run. */
  readonly own: TokenWeights;
  /** At how many positions of a batch it reads them, and learns, at most. */
  readonly positions: number;
}

interface TextModel {
  readonly runtime: Runtime;
  readonly encoder: CutTextEncoder;
  readonly heads: readonly Head[];
  /** Folder of the text encoder's external weights. */
  readonly folder: string;
}

/** Raises 'unsupported-operator' where an operator of the text encoder cannot be trained through. */
export async function openTokenTraining(
  { runtime, encoder, heads, folder }: TextModel,
  options: TokenTrainingOptions,
): Promise<TokenTraining> {
  const { weights, own } = options;
  const reverse = reverseOf(encoder, heads, options);
  const forward = await runtime.open(projection(encoder, heads, options), { externalDataFolder: folder });
  const backward = await orRelease(forward, () =>
    runtime.open(reverse.graph, { externalDataFolder: folder }),
  );
  const feeds = (embeddings: Tensor, positions: readonly TextPosition[]) => ({
    [embeddingsInput]: embeddings,
    [positionsInput]: selectionOf(positions, options),
    ...ownFeeds(heads, own),
  });

  return {
    async project(embeddings, positions = []) {
      const reading = positions.filter((one) => one.weights === own);
      const others = positions.filter((one) => one.weights !== own);
      const states = others.length === 0 ? [] : [encoder.statesOutput];
      const results = await forward.run(feeds(embeddings, reading), [
        ...heads.flatMap((head) => [product(head), ownProduct(head)]),
        ...states,
      ]);
      for (const head of heads)
        putRows(results[ownProduct(head)] as Tensor, results[product(head)] as Tensor, reading);
      const projected = Object.fromEntries(
        heads.map((head) => [head.trunkInput, results[product(head)] as Tensor]),
      );
      if (states.length > 0)
        addTokenWeights(projected, results[encoder.statesOutput] as Tensor, heads, weights, others);
      return projected;
    },
    async gradients(embeddings, positions, cotangents) {
      const fed = feeds(embeddings, positions);
      const rows = heads.map(
        (head) => [cotangentInput(head), cotangents[head.trunkInput] as Tensor] as const,
      );
      const results = await backward.run({ ...fed, ...Object.fromEntries(rows) });
      const gradient = (value: string) => results[reverse.gradients.get(value) ?? ''];
      const ofOwn = (head: Head) => (gradient(ownInput(head))?.data as Float32Array) ?? new Float32Array();
      return {
        embeddings: gradient(embeddingsInput) as Tensor,
        weights: new Map(heads.map((head) => [head.name, ofOwn(head)])),
      };
    },
    async release() {
      await forward.release();
      await backward.release();
    },
  };
}

const embeddingsInput = 'token_embeddings';
const positionsInput = 'own.positions';
const matrixName = (head: Head) => `${head.name}.weight`;
const product = (head: Head) => `${head.name}.product`;
const ownProduct = (head: Head) => `${head.name}.own_product`;
const ownInput = (head: Head) => `${head.name}.own`;
const cotangentInput = (head: Head) => `${head.name}.cotangent`;

/** c·W for all positions, and c_p·W′ for those that are selected. */
function projection(encoder: CutTextEncoder, heads: readonly Head[], options: TokenTrainingOptions): Graph {
  const builder = withOwnProducts(encoder, heads, options);
  const { batch, tokens, positions } = options;
  for (const head of heads) {
    builder.op('MatMul', [encoder.statesOutput, matrixName(head)], {}, product(head));
    builder.output(product(head), 'float32', [batch, tokens, head.outFeatures]);
    builder.output(ownProduct(head), 'float32', [positions, head.outFeatures]);
  }
  return fixed(builder.build(), encoder, options).graph;
}

/** Σ over heads of ⟨c_p·W′, cotangents there⟩: its gradient is the vector–Jacobian product with all of them at once. */
function reverseOf(encoder: CutTextEncoder, heads: readonly Head[], options: TokenTrainingOptions) {
  const builder = withOwnProducts(encoder, heads, options);
  const pairs = heads.map((head) => {
    const cotangent = builder.input(cotangentInput(head), 'float32', [options.positions, head.outFeatures]);
    return builder.op('ReduceSum', [builder.op('Mul', [ownProduct(head), cotangent])], { keepdims: int(0) });
  });
  const loss = builder.op('Sum', pairs);
  const graph: Graph = { ...builder.build(), outputs: [{ name: loss, type: 'float32', dims: [] }] };
  const owners = heads.filter(({ name }) => placedIn(options.own, name) !== undefined);
  return gradientGraph(fixed(graph, encoder, options), {
    of: loss,
    wrt: [embeddingsInput, ...owners.map(ownInput)],
  });
}

/** The text encoder with the products of its states at the selected positions and each head's W′ behind it. */
function withOwnProducts(
  encoder: CutTextEncoder,
  heads: readonly Head[],
  options: TokenTrainingOptions,
): GraphBuilder {
  const { body, statesOutput } = encoder;
  const name = `${body.name} at a token`;
  const builder = createGraphBuilder({ name, opset: body.opset, from: body });
  const places = options.batch * options.tokens;
  const selection = builder.input(positionsInput, 'float32', [options.positions, places]);
  const states = builder.op('Reshape', [statesOutput, builder.ints([places, heads[0]?.inFeatures ?? 0])]);
  const selected = builder.op('MatMul', [selection, states]);
  for (const head of heads)
    builder.op('MatMul', [selected, ownMatrix(builder, head, options)], {}, ownProduct(head));
  return builder;
}

/** W′: W with the token's values in their places. */
function ownMatrix(builder: GraphBuilder, head: Head, { weights, own }: TokenTrainingOptions): string {
  const { name, inFeatures, outFeatures } = head;
  const tensor = float32([inFeatures, outFeatures], weights.get(name));
  const matrix = builder.initializer({ name: matrixName(head), tensor });
  const placed = placedIn(own, name);
  if (placed === undefined) return matrix;
  const { indices } = placed;
  const places = new BigInt64Array(2 * indices.length);
  indices.forEach((index, i) => {
    places[2 * i] = BigInt(Math.floor(index / outFeatures));
    places[2 * i + 1] = BigInt(index % outFeatures);
  });
  const at = builder.constant({ type: 'int64', dims: [indices.length, 2], data: places });
  return builder.op('ScatterND', [matrix, at, builder.input(ownInput(head), 'float32', [indices.length])]);
}

function fixed(
  graph: Graph,
  { table }: CutTextEncoder,
  { batch, tokens }: TokenTrainingOptions,
): ShapedGraph {
  return fused(specialize(graph, { [embeddingsInput]: [batch, tokens, table.width] }));
}

/** What a token has of a head; undefined where that is nothing. */
function placedIn({ heads }: TokenWeights, name: string): PlacedWeights | undefined {
  const placed = heads.get(name);
  return placed?.indices.length === 0 ? undefined : placed;
}

function ownFeeds(heads: readonly Head[], own: TokenWeights): Readonly<Record<string, Tensor>> {
  const feeds = heads.flatMap((head) => {
    const placed = placedIn(own, head.name);
    return placed ? [[ownInput(head), float32([placed.values.length], placed.values)] as const] : [];
  });
  return Object.fromEntries(feeds);
}

/** Puts rows to their positions in a [batch, tokens, width] tensor, in place. */
function putRows(rows: Tensor, { dims, data }: Tensor, positions: readonly TextPosition[]): void {
  const [, tokens = 0, width = 0] = dims;
  for (const [row, { text, position }] of positions.entries()) {
    const own = (rows.data as Float32Array).subarray(row * width, (row + 1) * width);
    (data as Float32Array).set(own, (text * tokens + position) * width);
  }
}
