/** A thread that computes the gradients of its part of each batch; see replicas.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { decodeModel } from '../onnx/proto.ts';
import type { Tensor } from '../onnx/tensor.ts';
import { createRuntime } from '../runtime/session.ts';
import type { ReplicaData } from './replicas.ts';

const { model, weights } = workerData as ReplicaData;
const session = await createRuntime({ threads: 1 }).open(decodeModel(model));

parentPort?.on('message', async (batch: Readonly<Record<string, Tensor>>) => {
  const results = await session.run({ ...weights, ...batch });
  const buffers = new Set(Object.values(results).map(({ data }) => data.buffer as ArrayBuffer));
  parentPort?.postMessage(results, [...buffers]);
});
parentPort?.postMessage('ready');
