import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engineEnvironment } from '../../../bin/support/engine-environment.ts';
import { unwrap } from '../../../src/result.ts';
import { readSettings } from '../../../src/settings/settings.ts';

const settings = unwrap(readSettings({ GPUS: '3', TF32: 'no' }, join(import.meta.dirname, '../../..')));

test('a process that computes counts GPUs as nvidia-smi does, by their place and not the fastest first', () => {
  expect(engineEnvironment(settings, 3)).toMatchObject({ GPU: '3', CUDA_DEVICE_ORDER: 'PCI_BUS_ID' });
});

test('products in TF32 are switched off where the setting says so, and left alone otherwise', () => {
  expect(engineEnvironment(settings)).toMatchObject({ NVIDIA_TF32_OVERRIDE: '0' });
  expect(engineEnvironment({ ...settings, tf32: true })).not.toHaveProperty('NVIDIA_TF32_OVERRIDE');
});
