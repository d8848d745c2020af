import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openReader } from '../../src/judges/reader.ts';
import { type PretrainOptions, pretrain } from '../../src/pretrain/pretrain.ts';
import { createRuntime } from '../../src/runtime/session.ts';

const from = join(import.meta.dirname, '../../model-store/sketchbook');
const none = { autoencoder: 0, decoder: 0, diffusion: 0, clip: 0, reader: 0 };
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepsake-pretrain-'));
});
afterAll(() => rm(folder, { recursive: true }));

const options = (): PretrainOptions => ({
  runtime: createRuntime({ threads: 1 }),
  run: join(folder, 'run'),
  model: join(folder, 'model'),
  from,
  drawings: 32,
  seed: 1,
  cores: 1,
  steps: none,
  command: 'npm run pretrain',
  commit: '0'.repeat(40),
  onProgress() {},
});

test('a part without steps stays what it was, weight for weight, and the card tells what was trained', async () => {
  await pretrain({ ...options(), steps: { ...none, reader: 1 } });
  for (const part of ['unet', 'vae_encoder', 'vae_decoder']) {
    const [now, before] = await Promise.all(
      [options().model, from].map((model) => readFile(join(model, part, 'model.onnx'))),
    );
    expect(now?.equals(before as Buffer), part).toBe(true);
  }
  const [card, earlier] = await Promise.all(
    [options().model, from].map(async (model) =>
      JSON.parse(await readFile(join(model, 'card.json'), 'utf8')),
    ),
  );
  expect(card.stages.map(({ name, steps }: { name: string; steps: number }) => [name, steps])).toEqual([
    ['reader', 1],
  ]);
  expect(card.from).toEqual(earlier);
  expect(existsSync(join(options().model, 'clip'))).toBe(existsSync(join(from, 'clip')));
  const reader = await openReader(createRuntime({ threads: 1 }), join(options().model, 'reader'));
  await reader.release();
});

test.each(['autoencoder', 'diffusion'] as const)(
  'without a model to go on from, no steps for the %s are refused before anything is drawn or trained',
  async (part) => {
    const { from: _, ...alone } = options();
    const run = join(folder, `without-${part}`);
    const steps = { ...none, autoencoder: 1, diffusion: 1, [part]: 0 };
    await expect(pretrain({ ...alone, run, steps })).rejects.toThrow(`${part} has no steps`);
    expect(existsSync(run)).toBe(false);
  },
);

test('a run that is to stop ends while it draws, and leaves no half of a file to be taken for a whole', async () => {
  const run = join(folder, 'stopped');
  const stopping = new AbortController();
  const stopped = pretrain({
    ...options(),
    run,
    signal: stopping.signal,
    onProgress: ({ step }) => step === 3 && stopping.abort(),
  });
  await expect(stopped).rejects.toMatchObject({ problem: { code: 'cancelled' } });
  expect(await readdir(run)).toEqual([expect.stringMatching(/\.rgb\.part$/)]);
});
