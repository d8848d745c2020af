import { type GradientGraph, gradientGraph } from '../autodiff/gradient-graph.ts';
import { createGraphBuilder, type GraphBuilder, int } from '../onnx/builder.ts';
import { type CutTextEncoder, embeddingsInput } from '../onnx/cut/text-encoder.ts';
import type { Head } from '../onnx/cut/unet.ts';
import { fused } from '../onnx/fuse/fuse.ts';
import type { Graph } from '../onnx/graph.ts';
import { specialize } from '../onnx/shape/specialize.ts';
import { float32, type Tensor } from '../onnx/tensor.ts';
import type { Runtime, Session } from '../runtime/runtime.ts';
import type { HeadWeights, KeysAndValues } from './heads.ts';
import { addTokenWeights, type TokenPosition } from './token-weights.ts';
import type { TextGradients } from './training/text-gradients.ts';

/** Texts as the text side takes them. */
export interface TextBatch {
  /** [texts, tokens, width] */
  readonly embeddings: Tensor<'float32'>;
  readonly weights: HeadWeights;
  readonly positions: readonly TokenPosition[];
}

/** Everything between the token embeddings and the trunk: text encoder, then K = c·Wk and V = c·Wv for every head. */
export interface TextSide {
  /** Text states of embeddings [batch, tokens, width]. */
  states(embeddings: Tensor): Promise<Tensor>;
  /** Keys and values of embeddings under the given weights, and at some positions under those of their own. */
  project(
    embeddings: Tensor,
    weights: HeadWeights,
    positions?: readonly TokenPosition[],
  ): Promise<KeysAndValues>;
  /** Opens the backward pass of {@link project} for one batch size. */
  backward(batch: number, tokens: number): Promise<TextBackward>;
  release(): Promise<void>;
}

/** The way back of one batch size, as a session of its own. */
export interface TextBackward {
  /** Takes dLoss/dK and dLoss/dV back to the weights and the embeddings. */
  gradients(embeddings: Tensor, weights: HeadWeights, cotangents: KeysAndValues): Promise<TextGradients>;
  release(): Promise<void>;
}

interface TextSideOptions {
  readonly runtime: Runtime;
  readonly encoder: CutTextEncoder;
  readonly heads: readonly Head[];
  /** Folder of the text encoder's external weights. */
  readonly folder: string;
  /** The matrices that most texts are read with: they lie where models run, and are fed to no run. */
  readonly baseWeights: HeadWeights;
  /** What a GPU gets ready for at once. */
  readonly prepare?: { readonly batch: number; readonly tokens: number };
}

/**
 * Opens the text encoder with the products of its states with every head's matrix. A session for matrices that are not the base model's, to
 * which they are fed, is opened where such are first asked for, and what leads back where {@link TextSide.backward} is; that raises
 * 'unsupported-operator' where an operator cannot be trained through.
 */
export async function openTextSide(options: TextSideOptions): Promise<TextSide> {
  const { runtime, encoder, heads, folder, prepare, baseWeights } = options;
  const opening = (matrices?: HeadWeights) =>
    runtime.open(projection(encoder, heads, matrices), {
      externalDataFolder: folder,
      ...(prepare && { prepare: projectionDims(encoder, matrices ? [] : heads, prepare) }),
    });
  const forward = await opening(baseWeights);
  let fed: Promise<Session> | undefined;
  /** Opened once, and again where it could not be. */
  const fedSession = () => {
    fed ??= opening().catch((error) => {
      fed = undefined;
      throw error;
    });
    return fed;
  };
  const isBase = (weights: HeadWeights) =>
    heads.every(({ name }) => weights.get(name) === baseWeights.get(name));

  return {
    async states(embeddings) {
      const results = await forward.run({ [embeddingsInput]: embeddings }, [encoder.statesOutput]);
      return results[encoder.statesOutput] as Tensor;
    },
    async project(embeddings, weights, positions = []) {
      const base = isBase(weights);
      const session = base ? forward : await fedSession();
      const states = positions.length === 0 ? [] : [encoder.statesOutput];
      const feeds = { [embeddingsInput]: embeddings, ...(base ? {} : weightFeeds(heads, weights)) };
      const results = await session.run(feeds, [...heads.map(product), ...states]);
      const projected = Object.fromEntries(
        heads.map((head) => [head.trunkInput, results[product(head)] as Tensor]),
      );
      if (states.length > 0)
        addTokenWeights(projected, results[encoder.statesOutput] as Tensor, heads, weights, positions);
      return projected;
    },
    async backward(batch, tokens) {
      const { graph, gradients } = textGradient(encoder, heads, batch, tokens);
      return wrapBackward(await runtime.open(graph, { externalDataFolder: folder }), gradients, heads);
    },
    async release() {
      await forward.release();
      await (await fed)?.release();
    },
  };
}

/** The reverse of text encoder and heads for one batch size. Raises 'unsupported-operator' where an operator cannot be trained through. */
export function textGradient(
  encoder: CutTextEncoder,
  heads: readonly Head[],
  batch: number,
  tokens: number,
): GradientGraph {
  const { graph, loss } = pairing(encoder, heads, batch, tokens);
  const shaped = fused(specialize(graph, { [embeddingsInput]: [batch, tokens, encoder.table.width] }));
  return gradientGraph(shaped, { of: loss, wrt: [embeddingsInput, ...heads.map(weightInput)] });
}

function wrapBackward(
  session: Session,
  gradients: ReadonlyMap<string, string>,
  heads: readonly Head[],
): TextBackward {
  const output = (value: string) => gradients.get(value) as string;
  return {
    async gradients(embeddings, weights, cotangents) {
      const feeds = Object.fromEntries(
        heads.map((head) => [cotangentInput(head), cotangents[head.trunkInput] as Tensor]),
      );
      const results = await session.run({
        [embeddingsInput]: embeddings,
        ...weightFeeds(heads, weights),
        ...feeds,
      });
      return {
        embeddings: results[output(embeddingsInput)] as Tensor,
        weights: new Map(
          heads.map((head) => [head.name, results[output(weightInput(head))]?.data as Float32Array]),
        ),
      };
    },
    release: () => session.release(),
  };
}

// The trunk's names for keys and values are those of the U-Net's values, which the text encoder may have too.
const product = (head: Head) => `${head.name}.product`;
const weightInput = (head: Head) => `${head.name}.weight`;
const cotangentInput = (head: Head) => `${head.name}.cotangent`;

function weightFeeds(heads: readonly Head[], weights: HeadWeights): Record<string, Tensor> {
  return Object.fromEntries(
    heads.map((head) => [
      weightInput(head),
      float32([head.inFeatures, head.outFeatures], weights.get(head.name) as Float32Array),
    ]),
  );
}

/** Shapes of all inputs of {@link projection}, the matrices of `heads` being inputs. */
function projectionDims(
  { table }: CutTextEncoder,
  heads: readonly Head[],
  { batch, tokens }: { readonly batch: number; readonly tokens: number },
): Readonly<Record<string, readonly number[]>> {
  return {
    [embeddingsInput]: [batch, tokens, table.width],
    ...Object.fromEntries(heads.map((head) => [weightInput(head), [head.inFeatures, head.outFeatures]])),
  };
}

/** The text encoder's body with one product a head behind it, the matrices being inputs where they are not given. */
function projection(encoder: CutTextEncoder, heads: readonly Head[], matrices?: HeadWeights): Graph {
  const builder = withHeads(encoder, heads, matrices);
  for (const head of heads) builder.output(product(head), 'float32', ['batch', 'tokens', head.outFeatures]);
  return builder.build();
}

/** Σ over heads of ⟨product, cotangent⟩: a scalar whose gradient is the vector–Jacobian product with all cotangents at once. */
function pairing(
  encoder: CutTextEncoder,
  heads: readonly Head[],
  batch: number,
  tokens: number,
): { graph: Graph; loss: string } {
  const builder = withHeads(encoder, heads);
  const pairs = heads.map((head) => {
    const cotangent = builder.input(cotangentInput(head), 'float32', [batch, tokens, head.outFeatures]);
    return builder.op('ReduceSum', [builder.op('Mul', [product(head), cotangent])], { keepdims: int(0) });
  });
  const loss = builder.op('Sum', pairs);
  builder.output(loss, 'float32', []);
  return { graph: builder.build(), loss };
}

function withHeads(encoder: CutTextEncoder, heads: readonly Head[], matrices?: HeadWeights): GraphBuilder {
  const { body } = encoder;
  const builder = createGraphBuilder({ name: `${body.name} with heads`, opset: body.opset, from: body });
  for (const head of heads) {
    const dims = [head.inFeatures, head.outFeatures];
    const weight =
      matrices === undefined
        ? builder.input(weightInput(head), 'float32', dims)
        : builder.initializer({ name: weightInput(head), tensor: float32(dims, matrices.get(head.name)) });
    builder.op('MatMul', [encoder.statesOutput, weight], {}, product(head));
  }
  return builder;
}
