import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readModelFolder } from '../../src/diffusion/model-folder.ts';
import { createScheduler } from '../../src/diffusion/schedulers/scheduler.ts';

type Content = Record<string, unknown>;

const vae = { latent_channels: 4, block_out_channels: [8, 16, 16], scaling_factor: 0.5 };
const small = {
  'model_index.json': { _class_name: 'OnnxStableDiffusionPipeline' } as Content,
  'scheduler/scheduler_config.json': { _class_name: 'DDIMScheduler' } as Content,
  'text_encoder/config.json': { hidden_size: 6, max_position_embeddings: 7, vocab_size: 3 } as Content,
  'unet/config.json': {
    sample_size: [8, 10],
    in_channels: 4,
    out_channels: 4,
    cross_attention_dim: 6,
    class_embed_type: null,
  } as Content,
  'vae_decoder/config.json': vae as Content,
  'tokenizer/vocab.json': { '<|startoftext|>': 0, '<|endoftext|>': 1, 'a</w>': 2 } as Content,
  'tokenizer/tokenizer_config.json': { model_max_length: 7 } as Content,
};
type JsonFile = keyof typeof small;

const graphs = ['text_encoder', 'unet', 'vae_decoder', 'vae_encoder'].map((part) => `${part}/model.onnx`);

let folder = '';

async function put(file: string, content: string | Content): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
}

/** Rewrites some fields of one of the small folder's files. */
const change = (file: JsonFile, fields: Content): Promise<void> => put(file, { ...small[file], ...fields });

const invalid = (...words: readonly string[]) =>
  expect.objectContaining({
    problem: { code: 'invalid-model', message: expect.stringMatching(new RegExp(words.join('.*'))) },
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepsake-model-'));
  for (const [file, content] of Object.entries(small)) await put(file, content);
  for (const graph of graphs) await put(graph, `the graph of ${graph}`);
  await put('tokenizer/merges.txt', '#version: 0.2\n');
});
afterEach(() => rm(folder, { recursive: true }));

describe('readModelFolder', () => {
  it('measures an exported Stable Diffusion folder', async () => {
    const path = fileURLToPath(new URL('../fixtures/tiny-sd', import.meta.url));
    const model = await readModelFolder(path);
    expect(model).toMatchObject({
      path,
      graphs: { unet: join(path, 'unet/model.onnx'), vaeEncoder: join(path, 'vae_encoder/model.onnx') },
      textWidth: 32,
      latents: { channels: 4, height: 16, width: 16 },
      pixels: { width: 32, height: 32 },
      latentScale: 0.18215,
      latentShift: 0,
      sampler: 'pndm',
    });
    expect(model.tokenizer.encode('a dog').length).toBe(4);
  });

  it('takes height and width apart, and the autoencoder for what its levels make it', async () => {
    await change('vae_decoder/config.json', { shift_factor: 0.25 });
    expect(await readModelFolder(folder)).toMatchObject({
      latents: { channels: 4, height: 8, width: 10 },
      pixels: { width: 40, height: 32 },
      latentScale: 0.5,
      latentShift: 0.25,
      sampler: 'ddim',
    });
  });

  it("scales latents as diffusers' AutoencoderKL does where the autoencoder's configuration does not say how", async () => {
    await change('vae_decoder/config.json', { scaling_factor: undefined });
    expect((await readModelFolder(folder)).latentScale).toBe(0.18215);
  });

  it('does without an encoder of pictures', async () => {
    await rm(join(folder, 'vae_encoder'), { recursive: true });
    expect((await readModelFolder(folder)).graphs).not.toHaveProperty('vaeEncoder');
  });

  it('reads the bare infinities that Python writes', async () => {
    await put('scheduler/scheduler_config.json', '{"lambda_min_clipped": -Infinity, "beta_end": 0.012}');
    expect((await readModelFolder(folder)).scheduler.beta_end).toBe(0.012);
  });
});

describe('the schedule of a model', () => {
  const outdated = { _class_name: 'DDIMScheduler', steps_offset: 0, clip_sample: true };
  /** Where pictures of four steps are drawn. */
  const timesteps = async () => {
    const { sampler, scheduler } = await readModelFolder(folder);
    return [...createScheduler(sampler, scheduler, 4).timesteps];
  };

  it.each(['StableDiffusionPipeline', 'OnnxStableDiffusionPipeline', 'ORTStableDiffusionPipeline'])(
    'begins at 1 and is not clipped in a %s, as diffusers has it, whatever its file says',
    async (_class_name) => {
      await change('model_index.json', { _class_name });
      for (const given of [
        outdated,
        { ...outdated, _class_name: 'DDPMScheduler' },
        { _class_name: 'PNDMScheduler' },
      ]) {
        await put('scheduler/scheduler_config.json', given);
        const taken = await timesteps();
        expect([taken[0], taken.at(-1)]).toEqual([751, 1]);
        expect((await readModelFolder(folder)).scheduler.clip_sample).toBe(false);
      }
    },
  );

  it('is as its file says in a pipeline of latent consistency models', async () => {
    await change('model_index.json', { _class_name: 'LatentConsistencyModelPipeline' });
    await put('scheduler/scheduler_config.json', outdated);
    expect(await timesteps()).toEqual([750, 500, 250, 0]);
    expect((await readModelFolder(folder)).scheduler.clip_sample).toBe(true);
  });
});

describe('the id of a model', () => {
  it('is a hash of the hashes of its weights and vocabulary, in order', async () => {
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
    const lines = [
      `text_encoder/model.onnx ${sha256('the graph of text_encoder/model.onnx')}`,
      `tokenizer/merges.txt ${sha256('#version: 0.2\n')}`,
      `tokenizer/vocab.json ${sha256(JSON.stringify(small['tokenizer/vocab.json']))}`,
      `unet/data/weights.bin ${sha256('weights')}`,
      `unet/model.onnx ${sha256('the graph of unet/model.onnx')}`,
      `vae_decoder/model.onnx ${sha256('the graph of vae_decoder/model.onnx')}`,
    ];
    await put('unet/data/weights.bin', 'weights');
    expect((await readModelFolder(folder)).id).toBe(sha256(`${lines.join('\n')}\n`));
  });

  it('is of tokenizer.json where the vocabulary is in it, and does not know it beside the other two files', async () => {
    const { id } = await readModelFolder(folder);
    const model = { vocab: small['tokenizer/vocab.json'], merges: [] };
    await put('tokenizer/tokenizer.json', { model });
    expect((await readModelFolder(folder)).id).toBe(id);
    await rm(join(folder, 'tokenizer/merges.txt'));
    await rm(join(folder, 'tokenizer/vocab.json'));
    const alone = (await readModelFolder(folder)).id;
    await put('tokenizer/tokenizer.json', { model, version: '1.0' });
    expect(new Set([id, alone, (await readModelFolder(folder)).id]).size).toBe(3);
  });

  it('does not depend on how pictures are sampled or encoded, nor on notes', async () => {
    const { id } = await readModelFolder(folder);
    await change('scheduler/scheduler_config.json', { _class_name: 'PNDMScheduler' });
    await put('vae_encoder/model.onnx', 'another');
    await put('unet/README.md', 'notes');
    await put('unet/.cache/leftover', 'notes');
    expect((await readModelFolder(folder)).id).toBe(id);
  });

  it.each(['text_encoder/model.onnx', 'unet/weights.pb', 'vae_decoder/model.onnx', 'tokenizer/merges.txt'])(
    'changes with %s',
    async (file) => {
      const { id } = await readModelFolder(folder);
      await put(file, '#version: 0.3\n');
      expect((await readModelFolder(folder)).id).not.toBe(id);
    },
  );
});

describe('a model folder that is not sound', () => {
  it.each([
    ...Object.keys(small),
    ...graphs.filter((graph) => !graph.startsWith('vae_encoder')),
    'tokenizer/merges.txt',
  ])('is refused without %s, by name', async (file) => {
    await rm(join(folder, file));
    await expect(readModelFolder(folder)).rejects.toThrowError(
      invalid('no ', file.replace('tokenizer/', '')),
    );
  });

  it('is refused where there is no folder at all', async () => {
    await expect(readModelFolder(join(folder, 'missing'))).rejects.toThrowError(invalid('model_index.json'));
  });

  it.each(['unet/model.onnx', 'unet/config.json', 'vae_encoder/model.onnx', 'tokenizer/vocab.json'])(
    'is refused where %s leads out of it',
    async (file) => {
      const outside = await mkdtemp(join(tmpdir(), 'keepsake-outside-'));
      try {
        await writeFile(join(outside, 'file'), JSON.stringify(small['unet/config.json']));
        await rm(join(folder, file));
        await symlink(join(outside, 'file'), join(folder, file));
        await expect(readModelFolder(folder)).rejects.toThrowError(invalid('leads out of its folder'));
      } finally {
        await rm(outside, { recursive: true });
      }
    },
  );

  it('is refused where a folder stands in place of a graph', async () => {
    await rm(join(folder, 'unet/model.onnx'));
    await mkdir(join(folder, 'unet/model.onnx'));
    await expect(readModelFolder(folder)).rejects.toThrowError(invalid('unet/model.onnx', 'not a file'));
  });

  it('is refused for a description of absurd size, without parsing it', async () => {
    await put('unet/config.json', ' '.repeat(33 * 2 ** 20));
    await expect(readModelFolder(folder)).rejects.toThrowError(invalid('unet/config.json', 'absurdly large'));
  });

  it.each(['', '{', '[]', 'null', '"text"'])('is refused for the description %j', async (text) => {
    await put('unet/config.json', text);
    await expect(readModelFolder(folder)).rejects.toThrowError(invalid('unet/config.json'));
  });

  it.each<[JsonFile, string, unknown]>([
    ['model_index.json', '_class_name', 'FluxPipeline'],
    ['model_index.json', 'text_encoder_2', ['diffusers', 'OnnxRuntimeModel']],
    ['scheduler/scheduler_config.json', 'beta_schedule', 'sigmoid'],
    ['text_encoder/config.json', 'hidden_size', 1e9],
    ['text_encoder/config.json', 'max_position_embeddings', 0],
    ['text_encoder/config.json', 'vocab_size', '49408'],
    ['unet/config.json', 'sample_size', null],
    ['unet/config.json', 'sample_size', [64]],
    ['unet/config.json', 'sample_size', 100_000],
    ['unet/config.json', 'in_channels', -4],
    ['unet/config.json', 'cross_attention_dim', [768, 1024]],
    ['unet/config.json', 'addition_embed_type', 'text_time'],
    ['unet/config.json', 'num_class_embeds', 1000],
    ['unet/config.json', 'time_cond_proj_dim', 256],
    ['vae_decoder/config.json', 'block_out_channels', []],
    ['vae_decoder/config.json', 'block_out_channels', Array(40).fill(8)],
    ['vae_decoder/config.json', 'scaling_factor', 0],
    ['vae_decoder/config.json', 'latents_mean', [0, 0, 0, 0]],
  ])('is refused where %s has a %s of %j', async (file, key, value) => {
    await change(file, { [key]: value });
    await expect(readModelFolder(folder)).rejects.toThrowError(invalid(basename(file), key));
  });

  it.each<[JsonFile, Content, string, string]>([
    ['unet/config.json', { in_channels: 9 }, 'in_channels is 9', 'out_channels is 4'],
    ['vae_decoder/config.json', { latent_channels: 16 }, 'in_channels is 4', 'latent_channels is 16'],
    ['unet/config.json', { cross_attention_dim: 8 }, 'cross_attention_dim is 8', 'hidden_size is 6'],
    ['text_encoder/config.json', { vocab_size: 4 }, 'vocab_size is 4', 'vocabulary is 3'],
    ['tokenizer/tokenizer_config.json', { model_max_length: 77 }, 'max_position_embeddings is 7', 'is 77'],
  ])('is refused where the parts do not fit together: %s with %j', async (file, fields, one, other) => {
    await change(file, fields);
    await expect(readModelFolder(folder)).rejects.toThrowError(invalid(one, other));
  });
});
