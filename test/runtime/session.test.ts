import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createGraphBuilder } from '../../src/onnx/builder.ts';
import { readModelFile, writeModelFile } from '../../src/onnx/model-file.ts';
import { float32 } from '../../src/onnx/tensor.ts';
import { createRuntime } from '../../src/runtime/session.ts';

const megabyte = 2 ** 20;

/** Bytes of this process that no file backs. */
async function ownBytes(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8');
  return Number(/^RssAnon:\s*(\d+) kB/m.exec(status)?.[1]) * 1024;
}

test('weights in an external file are used where it is mapped: sessions on it hold no copy', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-session-'));
  const [inner, columns] = [2048, 4096];
  const builder = createGraphBuilder({ name: 'large', opset: 17 });
  const x = builder.input('x', 'float32', [8, inner]);
  const weight = float32([inner, columns], new Float32Array(inner * columns).fill(0.5));
  builder.initializer({ name: 'weight', tensor: weight });
  builder.output(builder.op('MatMul', [x, 'weight'], {}, 'y'), 'float32', [8, columns]);
  const path = join(folder, 'model.onnx');
  await writeModelFile(path, builder.build(), { externalData: { file: 'weights.bin', minimumBytes: 1 } });
  const { graph } = await readModelFile(path);

  const runtime = createRuntime({ threads: 1 });
  const before = await ownBytes();
  for (let opened = 0; opened < 3; opened++) {
    const session = await runtime.open(graph, { externalDataFolder: folder });
    const { y } = await session.run({ x: float32([8, inner], new Float32Array(8 * inner).fill(1)) });
    expect(y?.data[7]).toBe(inner / 2);
  }
  expect((await ownBytes()) - before).toBeLessThan((weight.data.byteLength * 3) / 4);
  expect(weight.data.byteLength).toBe(32 * megabyte);
  await rm(folder, { recursive: true });
});
