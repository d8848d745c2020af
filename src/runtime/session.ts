import * as ort from 'onnxruntime-node';
import { fusedForGpu } from '../onnx/fuse/serving.ts';
import type { Graph } from '../onnx/graph.ts';
import { readModelFile } from '../onnx/model-file.ts';
import { encodeModel } from '../onnx/proto.ts';
import type { ElementType, Tensor } from '../onnx/tensor.ts';
import type { Recomputation } from '../recomputations.ts';
import { fixedShapes } from './fixed-shapes.ts';
import { freeGpuBytes } from './gpu.ts';
import type { Precision, Provider, Runtime, Session } from './runtime.ts';

export interface RuntimeOptions {
  readonly provider?: Provider;
  /** Threads inside one operator; the number of physical cores by default. */
  readonly threads?: number;
  /** Which GPU, counted from 0 as nvidia-smi does. */
  readonly device?: number;
  /** Refuses a model of which a GPU would leave an operator to the CPU. */
  readonly strict?: boolean;
  readonly precision?: Precision;
  readonly recompute?: Recomputation | 'auto';
}

/**
 * What the runtime would make one of that its CUDA kernels then do by half: a sum and the LayerNormalization behind it, of which that kernel
 * gives no deviation, though the reverse reads it.
 */
const withoutDeviation = 'SkipLayerNormFusion';

/** What goes wrong is thrown and told once; the runtime's own log would tell it again, in red. */
ort.env.logLevel = 'fatal';

/** The only door to onnxruntime-node. */
export function createRuntime(options: RuntimeOptions = {}): Runtime {
  const { provider = 'cpu', threads, device = 0, strict = false } = options;

  function sessionOptions(
    model: Graph | { readonly path: string },
    folder: string | undefined,
  ): ort.InferenceSession.SessionOptions {
    const mapped = provider === 'cpu' && readsExternalWeights(model);
    const session: Record<string, string> = { 'intra_op.allow_spinning': '0' };
    if (folder !== undefined) session.model_external_initializers_file_folder_path = folder;
    if (mapped) session.disable_prepacking = '1';
    if (strict && provider === 'cuda') session.disable_cpu_ep_fallback = '1';
    return {
      executionProviders: provider === 'cuda' ? [{ name: 'cuda', deviceId: device }, 'cpu'] : ['cpu'],
      graphOptimizationLevel: mapped ? 'extended' : 'all',
      logSeverityLevel: 4,
      // One block for all values of a run, which patterns plan, was twice what a full-size training step needs.
      enableMemPattern: !mapped && provider === 'cpu',
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      extra: {
        session,
        ...(readsDeviations(model) && { optimization: { disable_specified_optimizers: withoutDeviation } }),
      },
    };
  }

  async function openOne(model: Graph | { readonly path: string }, folder?: string): Promise<Session> {
    const opening = sessionOptions(model, folder);
    return 'path' in model
      ? wrap(await ort.InferenceSession.create(model.path, opening))
      : wrap(await ort.InferenceSession.create(encodeModel(model), opening));
  }

  const { precision = 'float32' } = options;

  const freeBytes = () =>
    provider === 'cuda' ? freeGpuBytes(device) : Promise.resolve(process.availableMemory());

  return {
    provider,
    precision,
    fixesShapes: provider === 'cuda' || precision === 'float16',
    recompute: options.recompute ?? 'auto',
    freeBytes,
    async open(model, { externalDataFolder, half, prepare, anyRows = [], toServe = false } = {}) {
      if (provider === 'cpu' && half === undefined) return openOne(model, externalDataFolder);
      const { graph, folder } =
        'path' in model ? await readModelFile(model.path) : { graph: model, folder: externalDataFolder };
      const shapes = {
        ...(half && { half }),
        ...(provider === 'cuda' && prepare && { prepare }),
        ...(toServe && provider === 'cuda' && { fuse: fusedForGpu }),
        anyRows,
        freeBytes,
      };
      return fixedShapes(graph, shapes, (fixed) => openOne(fixed, folder));
    },
  };
}

/**
 * Whether weights lie outside the graph, where they are large. On the CPU such weights are used where their file is mapped into
 * memory, so that all sessions of a machine hold them once: no layout that suits kernels better is made of them.
 */
function readsExternalWeights(model: Graph | { readonly path: string }): boolean {
  return 'path' in model ? false : [...model.initializers.values()].some((weight) => 'external' in weight);
}

/** Whether a LayerNormalization gives more than what it normalizes. */
function readsDeviations(model: Graph | { readonly path: string }): boolean {
  if ('path' in model) return false;
  return model.nodes.some(({ op, outputs }) => op === 'LayerNormalization' && outputs.length > 1);
}

function wrap(session: ort.InferenceSession): Session {
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds, fetches) {
      const wanted = fetches ?? session.outputNames;
      const inputs = Object.fromEntries(
        session.inputNames.map((name) => [name, toRuntime(name, feeds[name])]),
      );
      const results = await session.run(inputs, wanted);
      return Object.fromEntries(wanted.map((name) => [name, fromRuntime(name, results[name])]));
    },
    release: () => session.release(),
  };
}

/** onnxruntime-node rebuilds half floats as Float16Array and then reads them as empty, so they are set after construction. */
function toRuntime(name: string, tensor: Tensor | undefined): ort.Tensor {
  if (tensor === undefined) throw new Error(`The input ${name} was not fed`);
  if (tensor.type !== 'float16')
    return new ort.Tensor(tensor.type as 'float32', tensor.data as Float32Array, tensor.dims);
  const half = new ort.Tensor('float16', new Uint16Array(tensor.data.length), tensor.dims);
  Object.assign(half, { cpuData: tensor.data });
  return half;
}

function fromRuntime(name: string, tensor: ort.Tensor | undefined): Tensor {
  if (tensor === undefined) throw new Error(`The output ${name} was not computed`);
  const data = tensor.data as Float32Array;
  const bits = tensor.type === 'float16' ? new Uint16Array(data.buffer, data.byteOffset, data.length) : data;
  return { type: tensor.type as ElementType, dims: tensor.dims, data: bits } as Tensor;
}
