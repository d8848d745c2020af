import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { withSkipSizes } from '../../../src/onnx/cut/skip-sizes.ts';
import type { Graph } from '../../../src/onnx/graph.ts';
import { readModelFile } from '../../../src/onnx/model-file.ts';
import type { Tensor } from '../../../src/onnx/tensor.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { decodeSafetensors } from '../../../src/safetensors.ts';
import { farthest } from '../../diffusion/support/tiny-sd.ts';
import { fixturePath } from '../files.ts';

const folder = fixturePath('tiny-sd21');
const reference = decodeSafetensors(await readFile(`${folder}/reference.safetensors`)).tensors;
const known = (name: string) => reference.get(name) as Tensor<'float32'>;
const { graph } = await readModelFile(`${folder}/unet/model.onnx`);
const joined = withSkipSizes(graph) as Graph;

async function answer(unet: Graph, sample: Tensor<'float32'>): Promise<Float32Array> {
  const session = await createRuntime({ threads: 1 }).open(unet, { externalDataFolder: `${folder}/unet` });
  const states = known('states');
  const [batch = 0] = sample.dims;
  const some = states.data.subarray(0, (states.data.length / 2) * batch);
  const results = await session.run({
    sample,
    timestep: { type: 'int64', dims: [], data: BigInt64Array.of(250n) },
    encoder_hidden_states: { type: 'float32', dims: [batch, ...states.dims.slice(1)], data: some },
  });
  await session.release();
  return results.out_sample?.data as Float32Array;
}

describe('a U-Net that enlarges to the sides of what it joins', () => {
  test('answers for sides that cannot be halved as PyTorch does', async () => {
    expect(farthest(await answer(joined, known('odd')), known('odd_answer').data)).toBeLessThan(1e-5);
  });

  test('answers for all others with the bits that it had', async () => {
    const before = await answer(graph, known('sample'));
    expect(await answer(joined, known('sample'))).toEqual(before);
  });

  test('is not made where what an enlargement is joined with is not found', () => {
    const nodes = graph.nodes.map((node) => (node.op === 'Concat' ? { ...node, op: 'Sum' } : node));
    expect(withSkipSizes({ ...graph, nodes })).toBeUndefined();
    expect(
      withSkipSizes({ ...graph, nodes: graph.nodes.filter(({ op }) => op !== 'Resize') }),
    ).toBeUndefined();
  });

  test('is made of the full-size U-Net of Stable Diffusion 1.5', async () => {
    const full = (await readModelFile(fixturePath('sd15-graph/unet/model.onnx'))).graph;
    const enlargements = withSkipSizes(full)?.nodes.filter(({ op }) => op === 'Resize');
    expect(enlargements?.map(({ inputs }) => inputs.length)).toEqual([4, 4, 4]);
  });
});
