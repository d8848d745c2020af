import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unset } from '../fakes/unset.ts';
import { type Hub, startHub } from '../models/hub-server.ts';
import { changeGraph, optimumFolder, type Place } from '../models/published.ts';

const root = join(import.meta.dirname, '../..');
let place: Place;
let hub: Hub;
let data: string;
beforeEach(async () => {
  place = await optimumFolder();
  data = await mkdtemp(join(tmpdir(), 'keepsake-model-'));
});
afterEach(async () => {
  await hub.close();
  await place.remove();
  await rm(data, { recursive: true });
});

/** What `npm run model` writes, with these words behind it. */
function told(...words: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', 'bin/model.ts', ...words],
      { cwd: root, env: { ...process.env, ...unset, DATA_DIR: data, HF_ENDPOINT: hub.url, THREADS: '1' } },
      (_, stdout, stderr) => resolve(stdout + stderr),
    );
  });
}

/** What adding a repository writes, and what it leaves of the download. */
async function adding(...options: readonly string[]) {
  hub = await startHub(place.published);
  const written = await told('add', 'owner/model', ...options);
  const downloads = await readdir(join(data, 'models/.downloads')).catch(() => []);
  return { written, downloads };
}

test('a repository becomes a model that is listed, checked and removed, and nothing of its download stays', async () => {
  const { written, downloads } = await adding('--revision', 'onnx', '--name', 'mine');
  expect(written).toContain('mine (from owner/model at onnx)');
  expect(written).toContain('Set MODEL=mine to use it.');
  expect(downloads).toEqual([]);
  expect(await told('list')).toContain('mine (from owner/model at onnx)');
  expect(await told('check', 'mine')).toContain('All files are what they were.');
  await appendFile(join(data, 'models/mine/unet/weights.bin'), 'more');
  expect(await told('check', 'mine')).toContain('These files are not what they were: unet/weights.bin.');
  expect(await told('remove', 'mine')).toContain('mine is gone.');
  expect(await told('list')).toContain('No model is kept beside the bundled one.');
});

test('a model that is refused leaves nothing of its download', async () => {
  await changeGraph(place, 'unet', (graph) => ({
    ...graph,
    inputs: [...graph.inputs, { name: 'text_embeds', type: 'float32', dims: ['batch', 8] }],
  }));
  const { written, downloads } = await adding();
  expect(written).toContain('text_embeds');
  expect(downloads).toEqual([]);
  expect((await readdir(join(data, 'models'))).filter((name) => name !== '.downloads')).toEqual([]);
});
