import { withAttention } from '../onnx/fuse/attention.ts';
import type { Graph, ShapedGraph } from '../onnx/graph.ts';
import { inHalfPrecision, weightBytes } from '../onnx/half-precision.ts';
import { specialize } from '../onnx/shape/specialize.ts';
import { allocate, elementCount, type Tensor } from '../onnx/tensor.ts';
import type { OpenOptions, Runtime, Session } from './runtime.ts';

/** Sessions of one graph that are open at once, each with a copy of the weights on a GPU: batches of 1, 2, 4, 8 and one that is full. */
const mostSessions = 5;

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
  const sessions = new Map<string, Session>();
  let turn: Promise<unknown> = Promise.resolve();
  const inputs = graph.inputs
    .filter(({ name }) => !graph.initializers.has(name))
    .map((input) => (half?.given?.includes(input.name) ? { ...input, type: 'float16' as const } : input));
  const ofOneRow = <Size>(name: string, dims: readonly Size[]) =>
    anyRows.includes(name) ? [1, ...dims.slice(1)] : dims;

  /** One call at a time, so that no session is closed under a run. */
  function inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = turn.then(action);
    turn = result.catch(() => {});
    return result;
  }

  async function sessionFor(dims: Dims): Promise<Session> {
    const key = JSON.stringify(inputs.map(({ name }) => dims[name]));
    const known = sessions.get(key);
    sessions.delete(key);
    const session = known ?? (await openWarm(dims));
    sessions.set(key, session);
    return session;
  }

  /** Closes what was used longest ago until there is memory for one more. */
  async function makeRoom(bytes: number): Promise<void> {
    const isTight = async () => ((await freeBytes()) ?? Number.POSITIVE_INFINITY) < bytes;
    while (sessions.size === mostSessions || (sessions.size > 0 && (await isTight()))) await closeOldest();
  }

  async function closeOldest(): Promise<void> {
    const [[key, session]] = sessions as unknown as [[string, Session]];
    sessions.delete(key);
    await session.release();
  }

  async function openWarm(dims: Dims): Promise<Session> {
    const fixed = specialize(graph, dims);
    const shaped = half === undefined ? fixed : fuse(fixed);
    await makeRoom(roomPerWeight * weightBytes(shaped, half === undefined ? 'float32' : 'float16'));
    const computed =
      half === undefined ? shaped.graph : inHalfPrecision(shaped, new Set(half.narrow), new Set(half.given));
    const session = await open(withAnyRows(computed, anyRows));
    await session.run(
      Object.fromEntries(inputs.map(({ name, type }) => [name, zeros(type, dims[name] ?? [])])),
    );
    return session;
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
    spare: () =>
      inTurn(async () => {
        while (sessions.size > 1) await closeOldest();
      }),
    release: () =>
      inTurn(async () => {
        for (const session of sessions.values()) await session.release();
        sessions.clear();
      }),
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
