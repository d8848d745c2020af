import { type GradientGraph, gradientGraph } from '../../src/autodiff/gradient-graph.ts';
import type { Node, ShapedGraph } from '../../src/onnx/graph.ts';
import { elementCount, float32, type Tensor } from '../../src/onnx/tensor.ts';
import { createRuntime } from '../../src/runtime/session.ts';

/** A function as a graph, a place to differentiate it at, and the inputs whose gradients are asked for. */
export interface Question {
  readonly forward: ShapedGraph;
  readonly of: string;
  readonly wrt: readonly string[];
  readonly feeds: Readonly<Record<string, Tensor>>;
}

export type Gradients = Readonly<Record<string, Float32Array>>;

const runtime = createRuntime({ threads: 1 });

/** Reproducible elements in −1.3…1.3, other ones for each seed. */
export function smooth(dims: readonly number[], seed: number): Tensor<'float32'> {
  const data = new Float32Array(elementCount(dims));
  return float32(
    dims,
    data.map((_, i) => 1.3 * Math.sin(seed * 7.13 + i * 1.7 + i * i * 0.31)),
  );
}

export function emit({ forward, of, wrt }: Question): GradientGraph {
  return gradientGraph(forward, { of, wrt, cotangent: 'dLoss' });
}

/** The nodes that differentiation added. */
export function addedNodes(forward: ShapedGraph, { graph }: GradientGraph): readonly Node[] {
  const there = new Set(forward.graph.nodes);
  return graph.nodes.filter((node) => !there.has(node));
}

/** The weights of the sum that turns the differentiated value into a loss. */
function cotangentOf({ forward, of }: Question): Tensor<'float32'> {
  return smooth(forward.values.get(of)?.dims ?? [], 99);
}

/** What the emitted graph answers. Throws where a gradient has another shape than its value. */
export async function emittedGradients(question: Question): Promise<Gradients> {
  const { graph, gradients } = emit(question);
  const session = await runtime.open(graph);
  const results = await session.run({ ...question.feeds, dLoss: cotangentOf(question) });
  await session.release();
  return Object.fromEntries(
    Array.from(gradients, ([value, output]) => {
      const { dims, data } = results[output] as Tensor<'float32'>;
      const expected = question.forward.values.get(value)?.dims;
      if (`${dims}` !== `${expected}`) throw new Error(`The gradient of ${value} has the shape [${dims}]`);
      return [value, data];
    }),
  );
}

type Loss = (changed: string, data: Float32Array) => Promise<number>;

/** Evaluates the loss with the elements of one input replaced, summing in double precision. */
async function withLoss<T>(question: Question, use: (loss: Loss) => Promise<T>): Promise<T> {
  const { forward, of, feeds } = question;
  const shaped = forward.values.get(of);
  if (shaped === undefined) throw new Error(`There is no value ${of}`);
  const session = await runtime.open({ ...forward.graph, outputs: [{ name: of, ...shaped }] });
  const weights = cotangentOf(question).data;
  const answer = await use(async (changed, data) => {
    const dims = feeds[changed]?.dims ?? [];
    const results = await session.run({ ...feeds, [changed]: float32(dims, data) });
    return dot(weights, results[of]?.data as Float32Array);
  });
  await session.release();
  return answer;
}

function elementsOf({ feeds }: Question, name: string): Float32Array {
  return feeds[name]?.data as Float32Array;
}

export function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
}

const step = 1 / 16;
/** f′(x)·h ≈ (f(x − 2h) − 8f(x − h) + 8f(x + h) − f(x + 2h))/12, off by h⁵/30·f⁗′. */
const stencil = [
  [-2, 1 / 12],
  [-1, -8 / 12],
  [1, 8 / 12],
  [2, -1 / 12],
] as const;

/** What central differences of the runtime's own forward passes answer, an element at a time. */
export async function differencedGradients(question: Question): Promise<Gradients> {
  return withLoss(question, async (loss) => {
    const gradients: Record<string, Float32Array> = {};
    for (const name of question.wrt) {
      const data = Float32Array.from(elementsOf(question, name));
      const slopes = new Float32Array(data.length);
      for (const [index, value] of data.entries()) {
        let slope = 0;
        for (const [steps, weight] of stencil) {
          data[index] = value + steps * step;
          slope += weight * (await loss(name, data));
        }
        data[index] = value;
        slopes[index] = slope / step;
      }
      gradients[name] = slopes;
    }
    return gradients;
  });
}

/**
 * For a function that is linear in each input, up to a constant: how far ⟨A·x, y⟩ is from ⟨x, Aᵀ·y⟩, as a share of what
 * the sums are made of.
 */
export async function adjointErrors(question: Question): Promise<Readonly<Record<string, number>>> {
  const gradients = await emittedGradients(question);
  return withLoss(question, async (loss) => {
    const errors: Record<string, number> = {};
    for (const name of question.wrt) {
      const x = elementsOf(question, name);
      const there = (await loss(name, x)) - (await loss(name, new Float32Array(x.length)));
      const back = gradients[name] as Float32Array;
      const size = x.reduce((sum, value, index) => sum + Math.abs(value * (back[index] as number)), 0);
      errors[name] = Math.abs(there - dot(x, back)) / Math.max(size, 1e-6);
    }
    return errors;
  });
}

/** max |a − b| as a share of max |b|. */
export function relativeError(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0) / largest;
}
