import * as ort from 'onnxruntime-node';
import { afterEach, expect, test, vi } from 'vitest';
import { createGraphBuilder } from '../../src/onnx/builder.ts';
import { float32 } from '../../src/onnx/tensor.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { createRuntime } from '../../src/runtime/session.ts';

afterEach(() => vi.restoreAllMocks());

/** A layer norm of one shape. @param outputs how many values it gives */
function layerNorm(outputs: 1 | 3) {
  const builder = createGraphBuilder({ name: 'layer norm', opset: 17 });
  const x = builder.input('x', 'float32', [2, 4]);
  const inputs = [x, builder.constant(float32([4], [1, 1, 1, 1]))];
  const [y = ''] = builder.multi('LayerNormalization', inputs, outputs);
  builder.output(y, 'float32', [2, 4]);
  return builder.build();
}

/** What a graph is opened with, on a machine that has what the runtime asks for. */
async function optionsOf(runtime: Runtime, graph = layerNorm(1)) {
  const session = {
    inputNames: ['x'],
    outputNames: ['y'],
    run: async () => ({ y: new ort.Tensor('float32', new Float32Array(8), [2, 4]) }),
    release: async () => {},
  };
  const create = vi.spyOn(ort.InferenceSession, 'create').mockResolvedValue(session as never);
  await runtime.open(graph);
  return create.mock.calls[0]?.[1] as ort.InferenceSession.SessionOptions & {
    readonly extra: { readonly session: object; readonly optimization?: object };
  };
}

test('PROVIDER=cuda refuses an operator that would be left to the CPU, and auto does not', async () => {
  const strict = await optionsOf(createRuntime({ provider: 'cuda', device: 1, strict: true }));
  expect(strict.executionProviders).toEqual([{ name: 'cuda', deviceId: 1 }, 'cpu']);
  expect(strict.extra.session).toMatchObject({ disable_cpu_ep_fallback: '1' });
  vi.restoreAllMocks();
  const auto = await optionsOf(createRuntime({ provider: 'cuda' }));
  expect(auto.extra.session).not.toHaveProperty('disable_cpu_ep_fallback');
});

test('a layer norm whose deviation is read is not joined with the sum before it, for that kernel gives none', async () => {
  const read = await optionsOf(createRuntime({ provider: 'cuda' }), layerNorm(3));
  expect(read.extra.optimization).toEqual({ disable_specified_optimizers: 'SkipLayerNormFusion' });
  vi.restoreAllMocks();
  const alone = await optionsOf(createRuntime({ provider: 'cuda' }));
  expect(alone.extra.optimization).toBeUndefined();
});
