import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Download, downloadModel, isRepository } from '../../src/models/hub.ts';
import { type Hub, startHub } from './hub-server.ts';
import { changeGraph, olderFolder, type Place, withOneTokenizerFile } from './published.ts';

let place: Place;
let hub: Hub;
let folder: string;
beforeEach(async () => {
  place = await olderFolder();
  await writeFile(join(place.published, 'unet/diffusion_pytorch_model.bin'), 'not needed');
  folder = join(place.models, '.downloads/one');
  hub = await startHub(place.published);
});
afterEach(async () => {
  await hub.close();
  await place.remove();
});

const download = (options: Partial<Download> = {}) =>
  downloadModel({ repository: 'owner/model', folder, hubUrl: hub.url, mostBytes: 1e9, ...options });

const kept = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

const weights = 'unet/weights.pb';

test('what a model needs is downloaded, weights beside the graphs too, and nothing else', async () => {
  const told: [number, number][] = [];
  await download({ onBytes: (done, total) => told.push([done, total]) });
  const files = await kept();
  expect(files).toContain(weights);
  expect(files).not.toContain('unet/diffusion_pytorch_model.bin');
  for (const file of files)
    expect(await readFile(join(folder, file)), file).toEqual(await readFile(join(place.published, file)));
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  const total = sizes.reduce((a, b) => a + b, 0);
  expect(told.at(-1)).toEqual([total, total]);
});

test('of all files of a repository those that docs/models.md shows are downloaded', async () => {
  const described = [
    'feature_extractor/preprocessor_config.json',
    'safety_checker/config.json',
    'text_encoder/config.json',
    'tokenizer/special_tokens_map.json',
    'unet/config.json',
    'vae_decoder/config.json',
    'vae_encoder/config.json',
  ];
  for (const file of [...described, 'README.md', 'unet/other.pb', 'safety_checker/model.safetensors'])
    hub.extra.set(file, Buffer.from('{}'));
  await download();
  expect(await kept()).toEqual(
    [
      ...described,
      'model_index.json',
      'scheduler/scheduler_config.json',
      'text_encoder/model.onnx',
      'tokenizer/merges.txt',
      'tokenizer/tokenizer_config.json',
      'tokenizer/vocab.json',
      'unet/model.onnx',
      weights,
      'vae_decoder/model.onnx',
      'vae_encoder/model.onnx',
    ].sort(),
  );
});

test('a vocabulary in one file is downloaded so, and no such file beside the two that are read', async () => {
  hub.extra.set('tokenizer/tokenizer.json', Buffer.from('{}'));
  await download();
  expect(await kept()).not.toContain('tokenizer/tokenizer.json');
  await hub.close();
  await withOneTokenizerFile(place);
  hub = await startHub(place.published);
  folder = join(place.models, '.downloads/two');
  await download();
  expect((await kept()).filter((file) => file.startsWith('tokenizer/'))).toEqual([
    'tokenizer/tokenizer.json',
    'tokenizer/tokenizer_config.json',
  ]);
});

test('a download that breaks off goes on where it stopped, and asks for no whole file again', async () => {
  hub.faults.cut = { path: weights, bytes: 100_000 };
  await expect(download()).rejects.toMatchObject({
    problem: { message: expect.stringContaining('goes on where it stopped') },
  });
  const { size } = await stat(join(folder, `${weights}.part`));
  expect(size).toBeGreaterThan(0);
  hub.asked.length = 0;
  await download();
  const ranges = hub.asked.filter(({ path }) => path.includes('/resolve/'));
  expect(new Set(ranges.map(({ path }) => path))).toEqual(new Set([`/owner/model/resolve/main/${weights}`]));
  expect(ranges.at(-1)?.range).toMatch(new RegExp(`^bytes=${size}-`));
  expect(await readFile(join(folder, weights))).toEqual(await readFile(join(place.published, weights)));
});

test.each([weights, 'tokenizer/merges.txt'])(
  '%s that arrives otherwise than it is listed is refused and not kept',
  async (file) => {
    hub.faults.changed = file;
    await expect(download()).rejects.toMatchObject({
      problem: { code: 'invalid-file', message: expect.stringContaining(file) },
    });
    expect((await kept()).filter((name) => name.startsWith(file))).toEqual([]);
  },
);

test('of a repository the revision that is named is listed and fetched, and no other', async () => {
  await download({ revision: 'onnx' });
  expect(await kept()).toContain(weights);
  const others = hub.asked.filter(({ path }) => !/\/(?:tree|resolve)\/onnx(?:\/|$)/.test(path));
  expect(others).toEqual([]);
  await expect(download({ revision: 'gone' })).rejects.toMatchObject({
    problem: { code: 'not-found', message: expect.stringContaining('no such revision') },
  });
});

test('more than may be kept is refused before any of it is asked for', async () => {
  await expect(download({ mostBytes: 1000 })).rejects.toMatchObject({
    problem: { message: expect.stringContaining('MAX_MODEL_BYTES') },
  });
  expect(hub.asked.filter(({ path }) => path.includes('/resolve/'))).toEqual([]);
});

test('of a file that goes on where it should have ended no more is taken than shows that', async () => {
  hub.faults.longer = { path: weights, bytes: 2 ** 25 };
  let [done, total] = [0, 0];
  const onBytes = (...told: [number, number]) => {
    [done, total] = told;
  };
  await expect(download({ onBytes })).rejects.toMatchObject({
    problem: { code: 'invalid-file', message: expect.stringContaining(weights) },
  });
  expect(done).toBeGreaterThan(total);
  expect(done - total).toBeLessThan(2 ** 20);
  expect((await kept()).filter((name) => name.startsWith(weights))).toEqual([]);
});

test('the token goes along, and is in no sentence', async () => {
  await download({ token: 'hf_secret' });
  expect(new Set(hub.asked.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer hf_secret']));
  hub.faults.status = 403;
  const error = await download({ token: 'hf_secret' }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ problem: { code: 'not-allowed' } });
  expect(JSON.stringify(error)).not.toContain('hf_secret');
});

test.each([
  [401, 'not-allowed', 'HF_TOKEN'],
  [404, 'not-found', 'no such revision'],
  [500, 'not-found', 'Run the command again'],
])('an answer of %d is told', async (status, code, words) => {
  hub.faults.status = status;
  await expect(download()).rejects.toMatchObject({
    problem: { code, message: expect.stringContaining(words) },
  });
});

test('weights that lead out of a graph’s folder are not fetched', async () => {
  await hub.close();
  await changeGraph(place, 'vae_decoder', (graph) => graph, 'weights.pb');
  const path = join(place.published, 'vae_decoder/model.onnx');
  const bytes = await readFile(path);
  await writeFile(
    path,
    Buffer.from(bytes.toString('latin1').replaceAll('weights.pb', '../../evil'), 'latin1'),
  );
  hub = await startHub(place.published);
  hub.extra.set('vae_decoder/../../evil', Buffer.from('evil'));
  hub.extra.set('../evil', Buffer.from('evil'));
  await expect(download()).rejects.toMatchObject({ problem: { code: 'invalid-model' } });
  expect(hub.asked.filter(({ path }) => path.includes('evil'))).toEqual([]);
});

test('nothing stays of a repository that is refused, also where much of it had come before', async () => {
  hub.faults.cut = { path: weights, bytes: 100_000 };
  await expect(download()).rejects.toMatchObject({ problem: { code: 'not-found' } });
  expect(await kept()).toContain(`${weights}.part`);
  await hub.close();
  await rm(join(place.published, weights));
  hub = await startHub(place.published);
  await expect(download()).rejects.toMatchObject({
    problem: { code: 'invalid-model', message: expect.stringContaining(weights) },
  });
  expect(await readdir(join(place.models, '.downloads'))).toEqual([]);
});

test('what has come stays where the network or who may have it is to blame', async () => {
  await download();
  const before = await kept();
  for (const status of [403, 404, 500]) {
    hub.faults.status = status;
    await expect(download()).rejects.toThrow();
    expect(await kept()).toEqual(before);
  }
});

test.each(['owner/model', 'CompVis/stable-diffusion-v1-4'])('%s is a repository', (name) => {
  expect(isRepository(name)).toBe(true);
});

test.each(['model', '../model', 'owner/../model', 'a/b/c', '/owner', 'owner/ ', 'https://hub/owner'])(
  '%s is none',
  (name) => {
    expect(isRepository(name)).toBe(false);
  },
);

test.each(['ENOSPC', 'EDQUOT'])(
  'a disk that is full (%s) is said to be, and not that nobody answers',
  async (code) => {
    const onBytes = (done: number) => {
      if (done > 0) throw Object.assign(new Error('no space'), { code, syscall: 'write' });
    };
    await expect(download({ onBytes })).rejects.toMatchObject({
      problem: { code: 'storage-full', message: expect.stringMatching(/^The disk is full: /) },
    });
  },
);
