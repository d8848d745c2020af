import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freeGpuBytes, listGpus } from '../../src/runtime/gpu.ts';

let folder: string;
const { PATH } = process.env;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepsake-gpu-'));
});
afterEach(async () => {
  process.env.PATH = PATH;
  await rm(folder, { recursive: true });
});

/** Puts a stand-in for nvidia-smi before everything else. */
async function standIn(script: string): Promise<void> {
  const path = join(folder, 'nvidia-smi');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  process.env.PATH = `${folder}${delimiter}${PATH}`;
}

test('GPUs are read as nvidia-smi tells of them, sizes in MiB', async () => {
  await standIn(
    'echo "$@" >&2; echo "0, NVIDIA H200, 570.86.15, 143771, 143000"; echo "1, NVIDIA L4, 570.86.15, 23034, 100"',
  );
  expect(await listGpus()).toEqual([
    {
      index: 0,
      name: 'NVIDIA H200',
      driver: '570.86.15',
      memoryBytes: 143771 * 2 ** 20,
      freeBytes: 143000 * 2 ** 20,
    },
    {
      index: 1,
      name: 'NVIDIA L4',
      driver: '570.86.15',
      memoryBytes: 23034 * 2 ** 20,
      freeBytes: 100 * 2 ** 20,
    },
  ]);
  expect(await freeGpuBytes(1)).toBe(100 * 2 ** 20);
  expect(await freeGpuBytes(2)).toBeUndefined();
});

test('of a GPU that shares the memory of its machine, of which the driver tells no size, none is known', async () => {
  await standIn('echo "0, NVIDIA GB10, 580.95.05, [N/A], [N/A]"');
  expect((await listGpus())?.map(({ name }) => name)).toEqual(['NVIDIA GB10']);
  expect(await freeGpuBytes(0)).toBeUndefined();
});

test('without a driver, or with one that fails, nothing is known', async () => {
  await standIn(
    'echo "NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver."; exit 9',
  );
  expect(await listGpus()).toBeUndefined();
  process.env.PATH = folder.slice(0, -1);
  expect(await freeGpuBytes(0)).toBeUndefined();
});
