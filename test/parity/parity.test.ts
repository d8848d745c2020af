import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openModel } from '../../src/diffusion/model.ts';
import { readModelFile, writeModelFile } from '../../src/onnx/model-file.ts';
import type { Tensor } from '../../src/onnx/tensor.ts';
import { compareWithReference } from '../../src/parity/parity.ts';
import { referenceOf } from '../../src/parity/reference.ts';
import { parityTable } from '../../src/parity/table.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { decodeSafetensors, encodeSafetensors } from '../../src/safetensors.ts';

/** Milliseconds that a comparison may take on a machine that is busy with other things. */
const patience = 240_000;
const root = join(import.meta.dirname, '../..');
const tinySd = join(root, 'test/fixtures/tiny-sd');
const referenceFile = join(tinySd, 'reference.safetensors');

const subjects = [
  'token ids',
  'text states',
  'U-Net',
  'VAE decoder',
  'VAE encoder',
  'noise schedule',
  'noisy latents',
  'prediction',
  'gradients of 8 key and value matrices',
  "gradient of the token's embedding",
  'weights before training',
  'losses',
  'weights after 8 steps',
  "token's embedding after 8 steps",
  'ddim, 10 evaluations',
  'picture of ddim',
  'dpmpp_2m, 10 evaluations',
  'dpmpp_2m_karras, 10 evaluations',
  'euler, 10 evaluations',
  'pndm, 11 evaluations',
];

let folder: string;
let tensors: Map<string, Tensor>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepsake-parity-'));
  tensors = decodeSafetensors(await readFile(referenceFile)).tensors;
});
afterAll(() => rm(folder, { recursive: true }));

function run(...args: readonly string[]): Promise<{ status: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [join(root, 'bin/parity.ts'), ...args], { cwd: root });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += chunk));
  child.stderr.on('data', (chunk) => (said.err += chunk));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, ...said })));
}

/** The table's lines by subject, from the error on. */
function linesOf(table: string): Map<string, string> {
  const lines = table.split('\n').map((line) => /^(.+?) {2,}(.*)$/.exec(line));
  return new Map(lines.flatMap((line) => (line ? [[line[1] as string, line[2] as string]] : [])));
}

/** A copy with one element off by a hundredth of the largest. */
function damaged({ type, dims, data }: Tensor): Tensor {
  const copy = data.slice() as Float32Array;
  const largest = copy.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  copy[1] = (copy[1] as number) + (type === 'float32' ? largest / 100 : 1);
  return { type, dims, data: copy } as Tensor;
}

describe('npm run parity', () => {
  test(
    'finds the engine equal to PyTorch in everything that the reference holds',
    async () => {
      const { status, out } = await run(tinySd, referenceFile);
      const lines = linesOf(out);
      expect([...lines.keys()]).toEqual(subjects);
      for (const line of lines.values()) expect(line).toMatch(/^\d\.\de(\+0|-[6-9]) {2}pass$/);
      expect(out).not.toContain('Nothing looks at');
      expect(status).toBe(0);
    },
    patience,
  );

  test(
    'fails, with status 1, for each single value that is off by a hundredth',
    async () => {
      const inputs =
        /^(input_ids|unet_[xt]|image|train_|mask\/|sample_noise|new1_embedding_init|final\/.*weight)/;
      const wrong = new Map(
        [...tensors].map(([key, tensor]) => [key, inputs.test(key) ? tensor : damaged(tensor)]),
      );
      const last = 'final/up_blocks.1.attentions.1.transformer_blocks.0.attn2.to_v.weight';
      wrong.set(last, damaged(tensors.get(last) as Tensor));
      const file = join(folder, 'wrong.safetensors');
      await writeFile(file, encodeSafetensors(wrong));

      const { status, out } = await run(tinySd, file);
      const lines = linesOf(out);
      expect([...lines.keys()]).toEqual(subjects);
      expect([...lines].filter(([, line]) => !line.includes('FAIL'))).toEqual([]);
      expect(status).toBe(1);
    },
    patience,
  );

  test.each([[[tinySd]], [[tinySd, referenceFile, 'more']]])(
    'says how it is used, with status 2, for %j',
    async (args) => {
      const { status, err } = await run(...args);
      expect(status).toBe(2);
      expect(err).toContain('npm run parity -- MODEL_DIR REFERENCE');
    },
  );

  test.each([
    ['a model that is missing', () => [join(folder, 'nowhere'), referenceFile]],
    ['a reference that is missing', () => [tinySd, join(folder, 'nowhere')]],
    ['a reference that is no safetensors file', () => [tinySd, join(tinySd, 'model_index.json')]],
  ])('ends with a sentence and status 1 for %s', async (_, args) => {
    const { status, err } = await run(...args());
    expect(status).toBe(1);
    expect(err).toMatch(/[A-Z].*\. [A-Z].*\.\n$/);
    expect(err).not.toContain('    at ');
  });
});

test('the page on models tells every key of a reference', async () => {
  const page = await readFile(join(root, 'docs/models.md'), 'utf8');
  const named = (key: string) =>
    key.replace(/\/.+\.to_[kv]\.weight$/, '/HEAD.weight').replace(/^sample\/\w+\/(?!image)/, 'sample/NAME/');
  const keys = new Set([...tensors.keys()].map(named));
  expect([...keys].filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
});

test(
  'missing keys and not-numbers fail and are named; groups that a reference may lack are said to be missing',
  async () => {
    const partial = new Map(tensors);
    for (const key of tensors.keys()) if (/^(image|vae_|sample\/pndm)/.test(key)) partial.delete(key);
    partial.delete('unet_out');
    partial.delete('mask/mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight');
    partial.delete('sample/euler/timesteps');
    const gradient = tensors.get('grad0/new1_embedding') as Tensor<'float32'>;
    partial.set('grad0/new1_embedding', { ...gradient, data: gradient.data.with(3, Number.NaN) });
    partial.set('grad0/other.to_k.weight', gradient);

    const model = await openModel(createRuntime(), tinySd);
    const lines = linesOf(parityTable(await compareWithReference(model, referenceOf(partial))));
    partial.delete('grad0/other.to_k.weight');
    const again = linesOf(parityTable(await compareWithReference(model, referenceOf(partial))));
    await model.release();

    expect(lines.get('U-Net')).toBe('FAIL  missing key unet_out');
    expect(lines.get('autoencoder')).toBe('–     not in the reference');
    expect(lines.get('gradients')).toBe('FAIL  the model has no other.to_k.weight');
    expect(again.get("gradient of the token's embedding")).toMatch(/^NaN {2}FAIL$/);
    expect(lines.get('masked training')).toMatch(/^FAIL {2}missing key mask\/mid_block/);
    expect(lines.get('dpmpp_2m_karras, 10 evaluations')).toMatch(/pass$/);
    expect(lines.get('samplers')).toBe('FAIL  missing key sample/euler/timesteps');
    expect(lines.has('VAE decoder')).toBe(false);
  },
  patience,
);

test(
  'weights in external files, which are read where they lie, give what PyTorch gives',
  async () => {
    const model = join(folder, 'outside');
    await cp(tinySd, model, { recursive: true });
    for (const component of ['unet', 'text_encoder']) {
      const path = join(model, component, 'model.onnx');
      const { graph } = await readModelFile(path);
      await writeModelFile(path, graph, { externalData: { file: 'weights.bin', minimumBytes: 1 } });
    }
    const only = /^(input_ids|hidden|unet_|train_|alphas|step0|grad0|new1_embedding_init)/;
    const part = new Map([...tensors].filter(([key]) => only.test(key)));
    const opened = await openModel(createRuntime(), model);
    const lines = linesOf(parityTable(await compareWithReference(opened, referenceOf(part))));
    await opened.release();
    for (const subject of [
      'U-Net',
      'gradients of 8 key and value matrices',
      "gradient of the token's embedding",
    ])
      expect(lines.get(subject)).toMatch(/^\d\.\de(\+0|-[6-9]) {2}pass$/);
  },
  patience,
);
