import { gradientGraph } from '../autodiff/gradient-graph.ts';
import type { Graph } from '../onnx/graph.ts';
import { specialize } from '../onnx/shape/specialize.ts';
import type { Tensor } from '../onnx/tensor.ts';
import { type AdamWState, adamWStep, createAdamWState } from '../optimizer/adamw.ts';
import type { Parameters } from './nets/net.ts';
import { inSharedMemory, openReplicas } from './replicas.ts';

const betas = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 };
const largestNorm = 1;
const averagedEvery = 10;

/** Trains every weight of a small network; all of its state is plain arrays, so that it can be kept and resumed. */
export interface Trainer {
  readonly parameters: Parameters;
  /** Moving average of the weights: what is sampled from and shipped. */
  readonly average: Parameters;
  readonly moments: ReadonlyMap<string, AdamWState>;
  readonly steps: number;
  /** One update on one batch; returns the batch's loss. */
  step(batch: Readonly<Record<string, Tensor>>, learningRate: number): Promise<number>;
  close(): Promise<void>;
}

export interface TrainerOptions {
  /** Forward graph of one part of a batch, whose weights are inputs and whose first output is the scalar loss. */
  readonly graph: Graph;
  /** Parts of a batch, computed side by side. */
  readonly parts: number;
  /** What the weights start as; the trainer's own are in `Trainer.parameters`. */
  readonly parameters: Parameters;
  readonly averageDecay: number;
  readonly weightDecay?: number;
  readonly resumed?: {
    readonly average: Parameters;
    readonly moments: ReadonlyMap<string, AdamWState>;
    readonly steps: number;
  };
}

/**
 * Opens as many replicas as there are parts; close it to end them. A batch whose gradients are not finite counts as a step and
 * changes nothing. Raises 'unsupported-operator' where the graph cannot be trained through.
 */
export async function createTrainer(options: TrainerOptions): Promise<Trainer> {
  const { graph, parts, averageDecay, weightDecay = 0, resumed } = options;
  const parameters = inSharedMemory(options.parameters);
  const loss = graph.outputs[0]?.name ?? '';
  const names = [...parameters.keys()];
  const reverse = gradientGraph(specialize(graph, {}), { of: loss, wrt: names, keep: [loss] });
  const replicas = await openReplicas(reverse, loss, parameters, parts);
  const moments =
    resumed?.moments ??
    new Map([...parameters].map(([name, { data }]) => [name, createAdamWState(data.length)]));
  const average = resumed?.average ?? copyOf(parameters);
  let steps = resumed?.steps ?? 0;

  return {
    parameters,
    average,
    moments,
    get steps() {
      return steps;
    },
    async step(batch, learningRate) {
      const { loss, gradients, norm } = await replicas.gradients(batch);
      const scale = Math.min(1, largestNorm / norm);
      if (Number.isFinite(norm)) {
        for (const name of names) {
          const options = { ...betas, learningRate, weightDecay };
          adamWStep(
            dataOf(parameters, name),
            gradients.get(name) as Float32Array,
            moments.get(name) as AdamWState,
            options,
            scale,
          );
        }
      }
      steps += 1;
      if (steps % averagedEvery === 0) follow(average, parameters, averageDecay ** averagedEvery, steps);
      return loss;
    },
    close: () => replicas.close(),
  };
}

function dataOf(parameters: Parameters, name: string): Float32Array {
  return parameters.get(name)?.data as Float32Array;
}

function copyOf(parameters: Parameters): Parameters {
  return new Map([...parameters].map(([name, { dims, data }]) => [name, { dims, data: data.slice() }]));
}

/** Exponential moving average that forgets its start: the decay grows from 0 as (1 + steps)/(10 + steps) until it is reached. */
function follow(average: Parameters, parameters: Parameters, decay: number, steps: number): void {
  const kept = Math.min(decay, ((1 + steps) / (10 + steps)) ** averagedEvery);
  for (const [name, { data }] of average) {
    const target = dataOf(parameters, name);
    for (let i = 0; i < data.length; i++)
      data[i] = kept * (data[i] as number) + (1 - kept) * (target[i] as number);
  }
}
