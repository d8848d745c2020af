import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { planesOf } from '../../src/diffusion/autoencoder.ts';
import { draw } from '../../src/diffusion/draw.ts';
import { openModel } from '../../src/diffusion/model.ts';
import { parseSchedulerConfig } from '../../src/diffusion/schedulers/config.ts';
import { embed, untaught } from '../../src/diffusion/taught-model.ts';
import { eachText } from '../../src/diffusion/texts.ts';
import { usualDrawing } from '../../src/models/drawing.ts';
import { changedFiles, listModels, removeModel } from '../../src/models/kept.ts';
import { createGraphBuilder } from '../../src/onnx/builder.ts';
import { guidanceEmbedding } from '../../src/onnx/cut/guidance.ts';
import type { Graph } from '../../src/onnx/graph.ts';
import { readModelFile } from '../../src/onnx/model-file.ts';
import { fromFloat16, toFloat16 } from '../../src/onnx/shape/evaluate/half.ts';
import type { Tensor } from '../../src/onnx/tensor.ts';
import { decodeSafetensors } from '../../src/safetensors.ts';
import { farthest, nothing } from '../diffusion/support/tiny-sd.ts';
import { fixturePath } from '../onnx/files.ts';
import {
  add,
  changeGraph,
  changeJson,
  halfFolder,
  olderFolder,
  optimumFolder,
  type Place,
  runtime,
  sd21,
  velocityScheduler,
  withOneTokenizerFile,
} from './published.ts';

const reference = decodeSafetensors(await readFile(join(sd21, 'reference.safetensors'))).tensors;
const known = (name: string) => reference.get(name) as Tensor<'float32'>;

let place: Place;
const take = async (made: Promise<Place>) => {
  place = await made;
};
afterEach(async () => {
  await place?.remove();
  place = undefined as never;
});

/** What the kept model makes of the reference's input, each picture at its own timestep. */
async function answer(timesteps: readonly number[] = [...known('timesteps').data]): Promise<Float32Array> {
  const model = await openModel(runtime, join(place.models, 'one'));
  const [ids] = [known('ids')];
  const tokens = ids.dims[1] ?? 0;
  const encodings = [0, 1].map((text) => ({
    ids: Int32Array.from(ids.data.subarray(text * tokens, (text + 1) * tokens)),
    length: tokens,
  }));
  const texts = eachText(await model.textSide.project(embed(untaught(model), encodings), model.baseWeights));
  const result = await model.trunk.predict(known('sample'), timesteps, texts);
  await model.release();
  return result.data as Float32Array;
}

const problem = (...words: readonly string[]) => ({
  problem: { message: expect.stringMatching(new RegExp(words.join('[^]*'))) },
});

describe('Stable Diffusion 2.1 as optimum exports it', () => {
  beforeEach(() => take(optimumFolder()));

  test('is kept and answers as PyTorch does, though one timestep was for a whole batch', async () => {
    const record = await add(place);
    expect(farthest(await answer(), known('answer').data)).toBeLessThan(1e-4);
    expect(record.parity).toBeLessThan(1e-4);
    expect(record).toMatchObject({ source: 'somewhere', drawing: { steps: 25, guidanceScale: 7.5 } });
    expect(record.pixels).toEqual({ width: 48, height: 48 });
    expect(record.notes.join()).toMatch(/timestep for each picture.*no safety_checker/);
    expect([...(await listModels(place.models))]).toEqual([['one', record]]);
    expect(await readdir(place.models)).toEqual(['one']);
  });

  test('without an encoder of pictures is kept for drawing, and says so', async () => {
    await rm(join(place.published, 'vae_encoder'), { recursive: true });
    expect((await add(place)).notes.join()).toMatch(/no vae_encoder.*nothing can be taught/);
  });

  test('is kept without a scale of its latents, and says what it is taken for', async () => {
    expect((await add(place)).notes.join()).not.toContain('scaling_factor');
    await changeJson(place, 'vae_decoder/config.json', { scaling_factor: undefined });
    expect((await add(place, { name: 'two' })).notes.join()).toContain(
      'no scaling_factor; it is taken for 0.18215',
    );
  });

  test('is kept with the one file that newer tokenizers are saved in, and answers the same', async () => {
    await withOneTokenizerFile(place);
    const { files } = await add(place);
    expect(Object.keys(files).filter((file) => file.startsWith('tokenizer/'))).toEqual([
      'tokenizer/tokenizer.json',
      'tokenizer/tokenizer_config.json',
    ]);
    expect(farthest(await answer(), known('answer').data)).toBeLessThan(1e-4);
  });

  test.each([
    [{ _class_name: 'PNDMScheduler', skip_prk_steps: false }, 'pndm', true],
    [{ _class_name: 'PNDMScheduler', skip_prk_steps: true }, 'pndm', false],
    [{ _class_name: 'LMSDiscreteScheduler' }, 'pndm', false],
    [{ _class_name: 'PNDMScheduler', skip_prk_steps: false, prediction_type: 'sample' }, 'ddim', false],
  ])('draws once it is kept, with the scheduler %j too', async (scheduler, sampler, told) => {
    await changeJson(place, 'scheduler/scheduler_config.json', scheduler);
    const { notes } = await add(place);
    expect(notes.join().includes('skip_prk_steps')).toBe(told);
    const model = await openModel(runtime, join(place.models, 'one'));
    expect(model.folder.sampler).toBe(sampler);
    const request = { prompt: 'a dog', negativePrompt: '', count: 1, seed: 1, steps: 3, guidanceScale: 2 };
    const { latents } = await draw(untaught(model), { ...request, sampler: model.folder.sampler }, nothing);
    await model.release();
    expect(latents.data.every(Number.isFinite)).toBe(true);
  });

  test('keeps none of the files that it does not need, and hashes all that it keeps', async () => {
    await writeFile(join(place.published, 'unet/diffusion_pytorch_model.bin'), 'weights of another kind');
    const { files } = await add(place);
    expect(Object.keys(files)).not.toContain('unet/diffusion_pytorch_model.bin');
    expect(await changedFiles(place.models, 'one')).toEqual([]);
    await writeFile(join(place.models, 'one/tokenizer/merges.txt'), '#version: 0.2\n');
    await writeFile(join(place.models, 'one/unet/more.bin'), '');
    expect(await changedFiles(place.models, 'one')).toEqual(['tokenizer/merges.txt', 'unet/more.bin']);
    await expect(add(place)).rejects.toMatchObject(problem('already'));
    await removeModel(place.models, 'one');
    expect(await readdir(place.models)).toEqual([]);
  });

  test('has its weights in files of their own, whatever way they were published', async () => {
    await add(place);
    for (const part of ['text_encoder', 'unet', 'vae_decoder', 'vae_encoder']) {
      const path = join(place.models, 'one', part, 'model.onnx');
      const inside = [...(await readModelFile(path)).graph.initializers.values()].flatMap((weight) =>
        'tensor' in weight ? [weight.tensor.data.byteLength] : [],
      );
      expect(Math.max(0, ...inside), part).toBeLessThan(1024);
    }
  });

  test('is kept beside what another process adds; what one left that was ended is gone', async () => {
    const [running, ended] = [`.adding-${process.ppid}-x`, '.adding-999999999-x'];
    for (const name of [running, ended, '.adding-older'])
      await mkdir(join(place.models, name, 'unet'), { recursive: true });
    await add(place);
    expect((await readdir(place.models)).toSorted()).toEqual([running, 'one']);
  });
});

describe("what diffusers' own script exported", () => {
  beforeEach(() => take(olderFolder()));

  test('is measured by its graphs where config.json is missing, and answers as PyTorch does', async () => {
    const record = await add(place);
    expect(farthest(await answer(), known('answer').data)).toBeLessThan(1e-4);
    expect(record.notes.filter((note) => note.includes('config.json is missing'))).toHaveLength(3);
    const { folder } = await openAndClose();
    const { cross_attention_dim, in_channels } = JSON.parse(
      await readFile(join(sd21, 'unet/config.json'), 'utf8'),
    );
    expect(folder.textWidth).toBe(cross_attention_dim);
    expect(folder.latents).toEqual({ channels: in_channels, height: 96, width: 96 });
    expect(folder.pixels).toEqual({ width: 192, height: 192 });
    expect(Object.keys(record.files)).toContain('unet/weights.pb');
  });

  test('encodes a picture alike each time, as the mean of the latents that its encoder drew', async () => {
    const { notes } = await add(place);
    expect(notes.join()).toContain('gives their mean');
    const picture = { width: 8, height: 8, rgb: Uint8Array.from({ length: 192 }, (_, i) => (i * 37) % 256) };
    const model = await openModel(runtime, join(place.models, 'one'));
    const [once, again] = [
      await model.autoencoder.encode([picture]),
      await model.autoencoder.encode([picture]),
    ];
    await model.release();
    const encoder = await runtime.open({ path: fixturePath('tiny-sd/vae_encoder/model.onnx') });
    const { latent_parameters } = await encoder.run({ sample: planesOf([picture]) });
    await encoder.release();
    const mean = Array.from(latent_parameters?.data ?? [], Number).slice(0, once.data.length);
    expect(again).toEqual(once);
    expect(once.data).toEqual(Float32Array.from(mean, (value) => value * model.folder.latentScale));
  });
});

async function openAndClose() {
  const model = await openModel(runtime, join(place.models, 'one'));
  await model.release();
  return model;
}

describe('a model in half precision', () => {
  beforeEach(() => take(halfFolder()));

  test('is widened, and answers as the halves do but for their rounding', async () => {
    const { notes } = await add(place);
    expect(notes.filter((note) => note.includes('widened'))).toHaveLength(4);
    // Early timesteps: the halves' own sines of large numbers are far off.
    const timesteps = [1, 2];
    expect(farthest(await answer(timesteps), await uncutHalves(timesteps))).toBeLessThan(2e-2);
    expect(farthest(await answer(), known('answer').data)).toBeLessThan(2e-2);
  });
});

/** The published graphs run as they are; the U-Net takes one timestep a run. */
async function uncutHalves(timesteps: readonly number[]): Promise<Float32Array> {
  const text = await runtime.open({ path: join(place.published, 'text_encoder/model.onnx') });
  const ids = {
    type: 'int64',
    dims: known('ids').dims,
    data: BigInt64Array.from(known('ids').data, BigInt),
  } as const;
  const { last_hidden_state: states } = await text.run({ input_ids: ids });
  const unet = await runtime.open({ path: join(place.published, 'unet/model.onnx') });
  const sample = known('sample');
  const half = {
    type: 'float16',
    dims: sample.dims,
    data: Uint16Array.from(sample.data, toFloat16),
  } as const;
  const size = sample.data.length / 2;
  const result = new Float32Array(sample.data.length);
  for (const [picture, timestep] of timesteps.entries()) {
    const { out_sample } = await unet.run({
      sample: half,
      timestep: { type: 'int64', dims: [], data: BigInt64Array.of(BigInt(timestep)) },
      encoder_hidden_states: states as Tensor,
    });
    const bits = (out_sample as Tensor<'float16'>).data.subarray(picture * size, (picture + 1) * size);
    result.set(Float32Array.from(bits, fromFloat16), picture * size);
  }
  await text.release();
  await unet.release();
  return result;
}

describe('a model that guidance was distilled into', () => {
  beforeEach(() => take(optimumFolder()));

  test('is held to one scale, given as the authors embed it', async () => {
    // From diffusers' LatentConsistencyModelPipeline.get_guidance_scale_embedding of w − 1 = 7.5 and 0.5.
    const [seven, half] = [
      [-0.8512, 0.5627, -0.4352, 0.6816, -0.5248, -0.8267, -0.9003, 0.7317],
      [-0.4678, -0.9589, 0.05, -0.8838, 0.2837, 0.9988, 0],
    ] as const;
    expect(farthest(guidanceEmbedding(8.5, 8), seven)).toBeLessThan(2e-3);
    expect(farthest(guidanceEmbedding(1.5, 7), half)).toBeLessThan(1e-3);
    await changeGraph(place, 'unet', withGuidance);
    await changeJson(place, 'unet/config.json', { time_cond_proj_dim: 8 });
    await changeJson(place, 'model_index.json', { _class_name: 'LatentConsistencyModelPipeline' });
    await changeJson(place, 'scheduler/scheduler_config.json', { _class_name: 'LCMScheduler' });
    const { notes, drawing } = await add(place, { distilledGuidance: 8.5 });
    expect(drawing).toEqual({ steps: 4, guidanceScale: 1 });
    expect(notes.join()).toContain('held to 8.5');
    const sum = seven.reduce((a, b) => a + b, 0);
    const expected = known('answer').data.map((value) => value + sum);
    expect(farthest(await answer(), expected)).toBeLessThan(1e-3);
  });
});

/** Adds the sum of the embedding to the answer. */
function withGuidance(graph: Graph): Graph {
  const output = graph.outputs[0]?.name ?? '';
  const builder = createGraphBuilder({
    name: graph.name,
    opset: graph.opset,
    from: { ...graph, outputs: [] },
  });
  const cond = builder.input('timestep_cond', 'float32', ['batch', 8]);
  const axis = builder.ints([1]);
  const sum = builder.op('ReduceSum', [cond, axis], { keepdims: { kind: 'int', value: 1 } });
  const shaped = builder.op('Unsqueeze', [sum, builder.ints([2, 3])]);
  builder.output(builder.op('Add', [output, shaped]), 'float32', graph.outputs[0]?.dims ?? []);
  return builder.build();
}

test('a model draws with what its scheduler is for: few steps without guidance for consistency models and Turbo', () => {
  const leaping = { steps: 4, guidanceScale: 1 };
  const usual = (config: object) => usualDrawing(parseSchedulerConfig(config));
  expect(usual({ _class_name: 'LCMScheduler' })).toEqual(leaping);
  const turbo = { _class_name: 'EulerDiscreteScheduler', timestep_spacing: 'trailing' };
  expect(usual(turbo)).toEqual(leaping);
  for (const other of [
    velocityScheduler,
    { ...turbo, timestep_spacing: 'leading' },
    { ...turbo, _class_name: 'DDIMScheduler' },
  ])
    expect(usual(other)).toEqual({ steps: 25, guidanceScale: 7.5 });
});
