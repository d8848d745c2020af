import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { GradientGraph } from '../autodiff/gradient-graph.ts';
import { encodeModel } from '../onnx/proto.ts';
import type { Tensor } from '../onnx/tensor.ts';
import { createRuntime } from '../runtime/session.ts';
import type { Parameters } from './nets/net.ts';

type Batch = Readonly<Record<string, Tensor>>;

/** Loss and gradients of a batch, means over its parts. */
export interface BatchGradients {
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** Euclidean norm of all gradients together. */
  readonly norm: number;
}

/** Computes a batch's gradients in parts, one part a processor core. */
export interface Replicas {
  gradients(batch: Batch): Promise<BatchGradients>;
  close(): Promise<void>;
}

/** What a worker is started with: the gradient graph, and the weights in memory that all threads share. */
export interface ReplicaData {
  readonly model: Uint8Array;
  readonly weights: Readonly<Record<string, Tensor>>;
}

/**
 * Opens the gradient graph once a core. Parts run side by side, each on one thread: the runtime's own threads gain
 * little here, since a small network's operators are too short to divide.
 * @param reverse gradient graph of one part; every batch is `count` times as large
 * @param parameters weights in shared memory; see {@link inSharedMemory}
 */
export async function openReplicas(
  reverse: GradientGraph,
  loss: string,
  parameters: Parameters,
  count: number,
): Promise<Replicas> {
  const weights: Record<string, Tensor> = Object.fromEntries(
    [...parameters].map(([name, { dims, data }]) => [name, { type: 'float32', dims, data }]),
  );
  const workerData: ReplicaData = { model: encodeModel(reverse.graph), weights };
  const file = new URL('./replica-worker.ts', import.meta.url);
  const workers = Array.from({ length: count - 1 }, () => new Worker(file, { workerData }));
  const session = await createRuntime({ threads: 1 }).open(reverse.graph);
  await Promise.all(workers.map((worker) => once(worker, 'message')));

  return {
    async gradients(batch) {
      const [own, ...others] = split(batch, count);
      const answers = workers.map(async (worker, index) => {
        worker.postMessage(others[index]);
        const [results] = (await once(worker, 'message')) as [Readonly<Record<string, Tensor>>];
        return results;
      });
      const results = [await session.run({ ...weights, ...own }), ...(await Promise.all(answers))];
      const values = (output: string) => results.map((result) => result[output]?.data as Float32Array);
      return {
        loss: values(loss).reduce((sum, [value = 0]) => sum + value, 0) / count,
        ...meansOf([...reverse.gradients].map(([name, output]) => [name, values(output)])),
      };
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
      await session.release();
    },
  };
}

/** The weights again, where every thread can read them. */
export function inSharedMemory(parameters: Parameters): Parameters {
  return new Map(
    [...parameters].map(([name, { dims, data }]) => {
      const shared = new Float32Array(new SharedArrayBuffer(data.byteLength));
      shared.set(data);
      return [name, { dims, data: shared }];
    }),
  );
}

function split(batch: Batch, count: number): readonly Batch[] {
  return Array.from({ length: count }, (_, part) =>
    Object.fromEntries(
      Object.entries(batch).map(([name, { type, dims, data }]) => {
        const [size = 0] = dims;
        const length = data.length / count;
        const own = data.slice(part * length, (part + 1) * length);
        return [name, { type, dims: dims.with(0, size / count), data: own } as Tensor];
      }),
    ),
  );
}

/** Each mean's square is summed at once, while the processor's cache still holds it. */
function meansOf(parts: readonly (readonly [name: string, values: readonly Float32Array[]])[]) {
  const gradients = new Map<string, Float32Array>();
  let squares = 0;
  for (const [name, values] of parts) {
    const mean = meanOf(values);
    gradients.set(name, mean);
    squares += squaredNorm(mean);
  }
  return { gradients, norm: Math.sqrt(squares) };
}

/** The mean, in the place of the first part. One part after another, since a loop over parts inside costs as much again. */
function meanOf(parts: readonly Float32Array[]): Float32Array {
  const [mean, ...rest] = parts as [Float32Array, ...Float32Array[]];
  for (const [index, part] of rest.entries()) {
    const share = index === rest.length - 1 ? 1 / parts.length : 1;
    for (let i = 0; i < mean.length; i++) mean[i] = ((mean[i] as number) + (part[i] as number)) * share;
  }
  return mean;
}

function squaredNorm(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) ** 2;
  return sum;
}
