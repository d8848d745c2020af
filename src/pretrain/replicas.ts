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
        gradients: new Map([...reverse.gradients].map(([name, output]) => [name, meanOf(values(output))])),
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

function meanOf(parts: readonly Float32Array[]): Float32Array {
  const [first, ...rest] = parts as [Float32Array, ...Float32Array[]];
  if (rest.length === 0) return first;
  for (let i = 0; i < first.length; i++) {
    let sum = first[i] as number;
    for (const part of rest) sum += part[i] as number;
    first[i] = sum / parts.length;
  }
  return first;
}
