import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openReader } from '../../../src/judges/reader.ts';
import { exportReader, readerConfig } from '../../../src/pretrain/shipped/reader.ts';
import { readerLoss } from '../../../src/pretrain/stages/reader.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { attributeList, renderPixels, sampleDrawing, seededRandom } from '../../../src/world/index.ts';

test('a reader is written as a folder that opens, reads every attribute in its own values, and is under 5 MB', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-reader-'));
  const { parameters } = readerLoss(readerConfig, 1, seededRandom(1));
  const hashes = await exportReader(folder, parameters);
  const bytes = await readFile(join(folder, 'model.onnx'));
  expect(hashes).toEqual({ 'model.onnx': createHash('sha256').update(bytes).digest('hex') });
  expect(bytes.length).toBeLessThan(5e6);

  const reader = await openReader(createRuntime({ threads: 1 }), folder);
  const [reading] = await reader.read([await renderPixels(sampleDrawing(seededRandom(1)), 100)]);
  await reader.release();
  await rm(folder, { recursive: true });
  expect(Object.keys(reading!)).toEqual(attributeList.map(({ name }) => name));
  for (const { name, values } of attributeList) {
    expect(values).toContain(reading![name]!.value);
    expect(reading![name]!.probability).toBeGreaterThan(1 / values.length - 1e-6);
  }
});
