import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startEngines } from '../../../../bin/support/studio/engines.ts';
import { createLog } from '../../../../src/log.ts';
import { createMetrics } from '../../../../src/monitoring/metrics.ts';
import { unwrap } from '../../../../src/result.ts';
import { readSettings } from '../../../../src/settings/settings.ts';

/** What each of two engines that are asked at once says that it was given. */
async function given(variables: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const root = join(import.meta.dirname, '../../../..');
  const settings = unwrap(readSettings({ LOG_LEVEL: 'silent', ...variables }, root));
  const handlers = new URL('./handlers-of-a-gpu.ts', import.meta.url);
  const engine = startEngines(settings, createLog(settings), createMetrics('bot'), { handlers });
  onTestFinished(() => engine.stop());
  const told = await Promise.all([engine.describe('m'), engine.describe('m')]);
  return told.map((result) => unwrap(result).id).toSorted();
}

test('each GPU has an engine process of its own, which is told which is its', async () => {
  expect(await given({ PROVIDER: 'cuda', GPUS: '0,2' })).toEqual(['cuda 0', 'cuda 2']);
});

test('the CPU has one, however many GPUs are named', async () => {
  expect(await given({ PROVIDER: 'cpu', GPUS: '0,2' })).toEqual(['cpu 0', 'cpu 0']);
});
