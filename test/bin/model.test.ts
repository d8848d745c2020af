import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
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

/** What `npm run model -- add owner/model` writes, and what it leaves of the download. */
async function adding() {
  hub = await startHub(place.published);
  const written = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', 'bin/model.ts', 'add', 'owner/model'],
      { cwd: root, env: { ...process.env, DATA_DIR: data, HF_ENDPOINT: hub.url, THREADS: '1' } },
      (_, stdout, stderr) => resolve(stdout + stderr),
    );
  });
  const downloads = await readdir(join(data, 'models/.downloads')).catch(() => []);
  return { written, downloads };
}

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
