import type { Graph } from '../onnx/graph.ts';
import { inHalfPrecision } from '../onnx/half-precision.ts';
import { specialize } from '../onnx/shape/specialize.ts';
import { allocate, elementCount, type Tensor } from '../onnx/tensor.ts';
import type { OpenOptions, Session } from './session.ts';

/** Sessions of one graph that are open at once; each holds a copy of the weights on a GPU. */
const mostSessions = 2;

type Dims = Readonly<Record<string, readonly number[]>>;

/**
 * A session for every shape of the inputs, opened when the shape first comes and run once before, since a GPU's kernels are
 * chosen in a session's first run. No shape is computed at run time then, which a GPU would leave to the CPU.
 * @param half whether the graph is computed in half precision, see {@link inHalfPrecision}
 */
export async function fixedShapes(
  graph: Graph,
  { half, prepare }: Pick<OpenOptions, 'half' | 'prepare'>,
  open: (graph: Graph) => Promise<Session>,
): Promise<Session> {
  const sessions = new Map<string, Session>();
  let turn: Promise<unknown> = Promise.resolve();
  const inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));

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
    if (known === undefined && sessions.size === mostSessions) await closeOldest();
    const session = known ?? (await openWarm(dims));
    sessions.set(key, session);
    return session;
  }

  async function closeOldest(): Promise<void> {
    const [[key, session]] = sessions as unknown as [[string, Session]];
    sessions.delete(key);
    await session.release();
  }

  async function openWarm(dims: Dims): Promise<Session> {
    const shaped = specialize(graph, dims);
    const session = await open(
      half === undefined ? shaped.graph : inHalfPrecision(shaped, new Set(half.narrow)),
    );
    await session.run(
      Object.fromEntries(inputs.map(({ name, type }) => [name, zeros(type, dims[name] ?? [])])),
    );
    return session;
  }

  if (prepare !== undefined) await inTurn(() => sessionFor(prepare));
  return {
    inputNames: inputs.map(({ name }) => name),
    outputNames: graph.outputs.map(({ name }) => name),
    run(feeds, fetches) {
      const dims = Object.fromEntries(inputs.map(({ name }) => [name, feeds[name]?.dims ?? []]));
      return inTurn(async () => (await sessionFor(dims)).run(feeds, fetches));
    },
    release: () =>
      inTurn(async () => {
        for (const session of sessions.values()) await session.release();
        sessions.clear();
      }),
  };
}

function zeros(type: Tensor['type'], dims: readonly number[]): Tensor {
  return { type, dims, data: allocate(type, elementCount(dims)) } as Tensor;
}
