import { expect, test, vi } from 'vitest';
import { idleGpu, type Machine } from '../../../bin/support/idle-gpu.ts';
import type { Gpu } from '../../../src/runtime/gpu.ts';

const gpu: Gpu = { index: 0, name: 'NVIDIA H200', driver: '580.1', memoryBytes: 1e11, freeBytes: 1e11 };
const listing = () => Promise.resolve([gpu]);
const lacking: Machine = { platform: 'linux-x64', equipped: false, gpus: listing };

test('a GPU that is not used for want of its libraries is told of, with what installs them', async () => {
  const sentence = await idleGpu({ provider: 'auto' }, lacking);
  expect(sentence).toContain('NVIDIA H200');
  expect(sentence).toContain('npm run setup:gpu');
});

test.each([
  ['the CPU is asked for', 'cpu', lacking],
  ['the engine itself says what CUDA lacks', 'cuda', lacking],
  ['the libraries are installed', 'auto', { ...lacking, equipped: true }],
  ['there are no libraries for the machine', 'auto', { ...lacking, platform: 'linux-arm64' }],
  ['there is no GPU', 'auto', { ...lacking, gpus: () => Promise.resolve([]) }],
  ['there is no driver', 'auto', { ...lacking, gpus: () => Promise.resolve(undefined) }],
] as const)('nothing is said where %s', async (_, provider, machine) => {
  expect(await idleGpu({ provider }, machine)).toBeUndefined();
});

test('nvidia-smi is not started where the libraries are installed', async () => {
  const gpus = vi.fn(listing);
  await idleGpu({ provider: 'auto' }, { ...lacking, equipped: true, gpus });
  expect(gpus).not.toHaveBeenCalled();
});
