import { withAttention } from '../onnx/fuse/attention.ts';
import type { Graph, ShapedGraph } from '../onnx/graph.ts';
import { inHalfPrecision, weightBytes } from '../onnx/half-precision.ts';
import { specialize } from '../onnx/shape/specialize.ts';
import { allocate, elementCount, type Tensor } from '../onnx/tensor.ts';
import { keptSessions } from './kept-sessions.ts';
import { orRelease } from './or-release.ts';
import type { OpenOptions, Runtime, Session } from './runtime.ts';

/** Memory that a session is taken to need, over that of its weights: what it computes lies beside them. */
const roomPerWeight = 2;

type Dims = Readonly<Record<string, readonly number[]>>;

export interface FixedShapesOptions
  extends Pick<OpenOptions, 'half' | 'prepare' | 'anyRows'>,
    Partial<Pick<Runtime, 'freeBytes'>> {
  /** Makes other operators of the graph before it is put into half precision. */
  readonly fuse?: (shaped: ShapedGraph) => ShapedGraph;
}

/**
 * A session for every shape of the inputs, opened when the shape first comes and run once before, since a GPU's kernels are
 * chosen in a session's first run; at once where the graph takes one shape only. No shape is computed at run time then, which a GPU
 * would leave to the CPU.
 * @param half whether the graph is computed in half precision, see {@link inHalfPrecision}
 */
export async function fixedShapes(
  graph: Graph,
  {
    half,
    prepare,
    anyRows = [],
    fuse = withAttention,
    freeBytes = async () => undefined,
  }: FixedShapesOptions,
  open: (graph: Graph) => Promise<Session>,
): Promise<Session> {
  const kept = keptSessions(freeBytes);
  const inTurn = oneAtATime();
  const inputs = graph.inputs
    .filter(({ name }) => !graph.initializers.has(name))
    .map((input) => (half?.given?.includes(input.name) ? { ...input, type: 'float16' as const } : input));
  const ofOneRow = <Size>(name: string, dims: readonly Size[]) =>
    anyRows.includes(name) ? [1, ...dims.slice(1)] : dims;

  function sessionFor(dims: Dims): Promise<Session> {
    return kept.get(JSON.stringify(inputs.map(({ name }) => dims[name])), () => openWarm(dims));
  }

  async function openWarm(dims: Dims): Promise<Session> {
    const fixed = specialize(graph, dims);
    const shaped = half === undefined ? fixed : fuse(fixed);
    await kept.makeRoom(roomPerWeight * weightBytes(shaped, half === undefined ? 'float32' : 'float16'));
    const computed =
      half === undefined ? shaped.graph : inHalfPrecision(shaped, new Set(half.narrow), new Set(half.given));
    return orRelease(async (keep) => {
      const session = keep(await open(withAnyRows(computed, anyRows)));
      await session.run(
        Object.fromEntries(inputs.map(({ name, type }) => [name, zeros(type, dims[name] ?? [])])),
      );
      return session;
    });
  }

  const first =
    prepare ?? onlyDims(inputs.map((input) => ({ ...input, dims: ofOneRow(input.name, input.dims) })));
  if (first !== undefined) await inTurn(() => sessionFor(first));
  return {
    inputNames: inputs.map(({ name }) => name),
    outputNames: graph.outputs.map(({ name }) => name),
    run(feeds, fetches) {
      const dims = Object.fromEntries(
        inputs.map(({ name }) => [name, ofOneRow(name, feeds[name]?.dims ?? [])]),
      );
      return inTurn(async () => (await sessionFor(dims)).run(feeds, fetches));
    },
    spare: () => inTurn(() => kept.leave(1)),
    release: () => inTurn(() => kept.leave(0)),
  };
}

/** Does one thing after another, so that no session is closed under a run. */
function oneAtATime(): <T>(action: () => Promise<T>) => Promise<T> {
  let turn: Promise<unknown> = Promise.resolve();
  return (action) => {
    const result = turn.then(action);
    turn = result.catch(() => {});
    return result;
  };
}

/** The graph in whose inputs of that name there may be any number of rows. */
function withAnyRows(graph: Graph, names: readonly string[]): Graph {
  const inputs = graph.inputs.map((input) =>
    names.includes(input.name) ? { ...input, dims: input.dims.with(0, 'rows') } : input,
  );
  return { ...graph, inputs };
}

/** The shapes of inputs that have one shape only; undefined where there is an open one. */
function onlyDims(inputs: Graph['inputs']): Dims | undefined {
  const entries = inputs.map(
    ({ name, dims }) => [name, dims.filter((dim) => typeof dim === 'number')] as const,
  );
  const isFixed = entries.every(([, fixed], index) => fixed.length === inputs[index]?.dims.length);
  return isFixed ? Object.fromEntries(entries) : undefined;
}

function zeros(type: Tensor['type'], dims: readonly number[]): Tensor {
  return { type, dims, data: allocate(type, elementCount(dims)) } as Tensor;
}
