import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkGpu, readLinks, report } from '../../../bin/support/gpu-check.ts';

let folder: string;
let library: string;
const { PATH } = process.env;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepsake-setup-'));
  library = join(folder, 'libonnxruntime_providers_cuda.so');
  await writeFile(library, '');
  process.env.PATH = `${folder}${delimiter}${PATH}`;
});
afterEach(async () => {
  process.env.PATH = PATH;
  await rm(folder, { recursive: true });
});

async function standIn(tool: 'nvidia-smi' | 'ldd', says: string, status = 0): Promise<void> {
  const path = join(folder, tool);
  await writeFile(path, `#!/bin/sh\ncat <<'END'\n${says}\nEND\nexit ${status}\n`);
  await chmod(path, 0o755);
}

/** As ldd writes it, of a library linked with CUDA 13 and cuDNN 9. */
const links = (missing: readonly string[] = []) =>
  ['libcublasLt.so.13', 'libcublas.so.13', 'libcudnn.so.9', 'libcurand.so.10', 'libcudart.so.13', 'libc.so.6']
    .map((name) => `\t${name} => ${missing.includes(name) ? 'not found' : `/lib/${name} (0x00007f00)`}`)
    .join('\n');
const modern = '0, NVIDIA H200, 580.65.06, 143771, 143000';
const failures = async () => {
  const verdicts = await checkGpu(library);
  return { about: verdicts.filter(({ fine }) => !fine).map(({ about }) => about), told: report(verdicts) };
};

test('the versions that a library was linked with are read from what ldd says', () => {
  expect(readLinks(links())).toEqual({ cuda: '13', cudnn: '9', missing: [] });
  expect(readLinks('\tlibcudart.so.12 => not found\n')).toEqual({ cuda: '12', missing: ['libcudart.so.12'] });
  expect(readLinks('\tstatically linked\n')).toEqual({ missing: [] });
});

test('without a driver that answers, it says to install one', async () => {
  await standIn('ldd', links());
  await standIn('nvidia-smi', 'NVIDIA-SMI has failed', 9);
  const { about, told } = await failures();
  expect(about).toEqual(['driver']);
  expect(told).toContain('nvidia-smi does not answer');
  expect(told).toContain("Install NVIDIA's driver");
});

test('a driver that is too old for the CUDA of this release is told with the one that is needed', async () => {
  await standIn('ldd', links());
  await standIn('nvidia-smi', '0, NVIDIA L4, 550.54.15, 23034, 22000');
  const { about, told } = await failures();
  expect(about).toEqual(['driver']);
  expect(told).toContain('550.54.15, with GPU 0 (NVIDIA L4)');
  expect(told).toContain('CUDA 13 needs driver 580 or newer');
});

test('missing libraries of CUDA and of cuDNN are told apart, each with its fix', async () => {
  await standIn('nvidia-smi', modern);
  await standIn('ldd', links(['libcudnn.so.9']));
  const cudnn = await failures();
  expect(cudnn.about).toEqual(['cuDNN 9']);
  expect(cudnn.told).toContain('not found: libcudnn.so.9');
  expect(cudnn.told).toContain('Install cuDNN 9 for CUDA 13');
  await standIn('ldd', links(['libcublas.so.13', 'libcudart.so.13']));
  const cuda = await failures();
  expect(cuda.about).toEqual(['CUDA 13']);
  expect(cuda.told).toContain('Install the CUDA toolkit 13');
  expect(cuda.told).not.toContain('Install cuDNN');
});

test('cuDNN that is loaded only when it is needed is not said to be there', async () => {
  await standIn('nvidia-smi', modern);
  await standIn('ldd', '\tlibcudart.so.13 => /lib/libcudart.so.13 (0x00007f00)');
  const { told } = await failures();
  expect(told).toContain('ok    CUDA 13');
  expect(told).not.toMatch(/ok {4}cuDNN/);
});

test('a library that was not fetched is told, and nothing is asked of it', async () => {
  await rm(library);
  await standIn('nvidia-smi', modern);
  const { about, told } = await failures();
  expect(about).toEqual(["the runtime's CUDA library"]);
  expect(told).toContain('api.nuget.org');
});

test('where all is found but a graph does not run, it says which GPU and what the runtime said', async () => {
  await standIn('nvidia-smi', modern);
  await standIn('ldd', links());
  const { about, told } = await failures();
  // The library is an empty file, and on a machine without the real one no graph runs.
  expect(about).toEqual(['a small graph on GPU 0']);
  expect(told).toMatch(/FAIL {2}a small graph on GPU 0: fails: .+\./);
});

test('where nothing is wrong, it says that the GPU is ready', () => {
  const fine = { about: 'driver', fine: true, found: '580.65.06' };
  expect(report([fine])).toBe(
    'ok    driver: 580.65.06\n\nThe GPU is ready. Start Keepsake with PROVIDER=auto (the default) or PROVIDER=cuda.',
  );
});
