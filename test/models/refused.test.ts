import { readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeModel } from '../../src/models/kept.ts';
import { createGraphBuilder, int } from '../../src/onnx/builder.ts';
import { float32 } from '../../src/onnx/tensor.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { add, changeGraph, changeJson, optimumFolder, type Place, runtime, sd21 } from './published.ts';

let place: Place;
beforeEach(async () => {
  place = await optimumFolder();
});
afterEach(() => place.remove());

const problem = (...words: readonly string[]) => ({
  problem: { message: expect.stringMatching(new RegExp(words.join('[^]*'))) },
});

describe('a model that cannot be used is refused with the reason, and nothing of it stays', () => {
  afterEach(async () => {
    expect(await readdir(place.models).catch(() => [])).toEqual([]);
  });

  test('for an input that Stable Diffusion has not', async () => {
    await changeGraph(place, 'unet', (graph) => ({
      ...graph,
      inputs: [...graph.inputs, { name: 'text_embeds', type: 'float32', dims: ['batch', 8] }],
    }));
    await expect(add(place)).rejects.toMatchObject(problem('"text_embeds"', '4 inputs and not 3'));
  });

  test('for an autoencoder of another factor than its levels say', async () => {
    await changeJson(place, 'vae_decoder/config.json', { block_out_channels: [8, 8, 8] });
    await expect(add(place)).rejects.toMatchObject(problem('factor of 4', '32 × 32 pixels of 16 × 16'));
  });

  test('for an operator of its encoder that no GPU can be got ready for', async () => {
    await changeGraph(place, 'vae_encoder', (graph) => {
      const builder = createGraphBuilder({ name: graph.name, opset: graph.opset, from: graph });
      const found = builder.op('Cast', [builder.op('NonZero', ['latent_parameters'])], { to: int(1) });
      const sum = builder.op('ReduceSum', [found], { keepdims: int(0) });
      const nothing = builder.op('Mul', [sum, builder.scalar(0)]);
      builder.op('Add', ['latent_parameters', nothing], {}, 'all');
      return { ...builder.build(), outputs: graph.outputs.map((output) => ({ ...output, name: 'all' })) };
    });
    await expect(add(place)).rejects.toMatchObject(problem('NonZero'));
  });

  test('for an encoder of other latents', async () => {
    await changeGraph(place, 'vae_encoder', (graph) => {
      const builder = createGraphBuilder({ name: graph.name, opset: graph.opset, from: graph });
      const range = [[0], [3], [1]].map((values) => builder.ints(values));
      builder.op('Slice', ['latent_parameters', ...range], {}, 'three');
      const [output] = graph.outputs;
      return { ...builder.build(), outputs: [{ ...output!, name: 'three', dims: ['batch', 3, 'h', 'w'] }] };
    });
    await expect(add(place)).rejects.toMatchObject(problem('vae_encoder/model.onnx makes \\[3,16,16\\]'));
  });

  test('for steps that its schedule has not, by itself or as they were asked for', async () => {
    await changeJson(place, 'scheduler/scheduler_config.json', { num_train_timesteps: 20 });
    await expect(add(place)).rejects.toMatchObject(problem('1 to 20 steps'));
    await changeJson(place, 'scheduler/scheduler_config.json', {
      _class_name: 'LCMScheduler',
      num_train_timesteps: 1000,
    });
    await expect(add(place, { drawing: { steps: 51 } })).rejects.toMatchObject(problem('1 to 50 steps'));
  });

  test.each(['model_index.json', 'unet/model.onnx', 'tokenizer/merges.txt'])('without %s', async (file) => {
    await rm(join(place.published, file));
    await expect(add(place)).rejects.toMatchObject(problem(file));
  });

  test('for a file that leads out of its folder', async () => {
    await rm(join(place.published, 'tokenizer/merges.txt'));
    await symlink(join(place.published, 'model_index.json'), join(place.published, 'tokenizer/merges.txt'));
    await rm(join(place.published, 'vae_encoder/model.onnx'));
    await symlink(join(sd21, 'unet/model.onnx'), join(place.published, 'vae_encoder/model.onnx'));
    await expect(add(place)).rejects.toMatchObject(problem('leads out of its folder'));
  });

  test('for answering otherwise cut than uncut', async () => {
    const off: Runtime = {
      ...runtime,
      async open(model, options) {
        const session = await runtime.open(model, options);
        return session.inputNames.includes('encoder_hidden_states')
          ? {
              ...session,
              run: async (feeds, fetches) =>
                Object.fromEntries(
                  Object.entries(await session.run(feeds, fetches)).map(([name, { dims, data }]) => [
                    name,
                    float32(
                      dims,
                      Float32Array.from(data as Float32Array, (x) => x * 1.01),
                    ),
                  ]),
                ),
            }
          : session;
      },
    };
    await expect(add(place, { runtime: off })).rejects.toMatchObject(problem('otherwise than uncut'));
  });

  test.each(['../one', '', '.one', 'a/b', 'one.', 'a'.repeat(101)])('under the name %j', async (name) => {
    await expect(add(place, { name })).rejects.toMatchObject({ problem: { code: 'invalid-option' } });
    await expect(removeModel(place.models, name)).rejects.toMatchObject({
      problem: { code: 'invalid-option' },
    });
  });
});
