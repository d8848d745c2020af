import type { Graph } from '../onnx/graph.ts';
import type { Tensor } from '../onnx/tensor.ts';
import type { Recomputation } from '../recomputations.ts';

export type Provider = 'cpu' | 'cuda';

/** What the trunk is computed in. Everything that is trained is float32 in either. */
export type Precision = 'float32' | 'float16';

/** A model ready to run. Runs are synchronous inside the runtime: a call blocks this process until it ends. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * One run. Inputs are used in place on the CPU, not copied.
   * @param fetches the outputs to compute; all by default.
   */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    fetches?: readonly string[],
  ): Promise<Readonly<Record<string, Tensor>>>;
  /** Gives back the memory that is held for shapes other than the last one, where a session is opened for every shape. */
  spare?(): Promise<void>;
  release(): Promise<void>;
}

export interface OpenOptions {
  /** Folder that the graph's external weights are resolved in. */
  readonly externalDataFolder?: string;
  /** Asks for half precision; `narrow` are the inputs whose values may lose theirs at once, `given` those that are fed as float16. */
  readonly half?: { readonly narrow: readonly string[]; readonly given?: readonly string[] };
  /** Inputs that may have any number of rows, from one on: no other value's shape follows from it, so that one session does for all. */
  readonly anyRows?: readonly string[];
  /** Whether the graph is run over and over and nothing else: a GPU may do it in other operators, which then have no reverse. */
  readonly toServe?: boolean;
  /** Shapes of the inputs that a GPU gets ready for at once, so that what it cannot run is known when the model opens. */
  readonly prepare?: Readonly<Record<string, readonly number[]>>;
}

/** Where models run: the CPU, or one GPU. */
export interface Runtime {
  readonly provider: Provider;
  readonly precision: Precision;
  /** Whether a session is opened for every shape of a model's inputs. */
  readonly fixesShapes: boolean;
  /** What a training step computes again; `auto`: as little as fits the memory. */
  readonly recompute: Recomputation | 'auto';
  /** Bytes of memory that are free where models run; undefined where nothing tells. */
  freeBytes(): Promise<number | undefined>;
  open(model: Graph | { readonly path: string }, options?: OpenOptions): Promise<Session>;
}
