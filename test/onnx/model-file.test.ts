import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGraphBuilder } from '../../src/onnx/builder.ts';
import type { Graph } from '../../src/onnx/graph.ts';
import { readInitializer, readModelFile, writeModelFile } from '../../src/onnx/model-file.ts';
import { float32 } from '../../src/onnx/tensor.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { fixturePath } from './files.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepsake-model-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** x · large + small, whose large weight is 4 KB and whose small one is 8 bytes. */
function affine(): Graph {
  const builder = createGraphBuilder({ name: 'affine', opset: 17 });
  const x = builder.input('x', 'float32', ['rows', 512]);
  const large = Float32Array.from({ length: 1024 }, (_, index) => (index % 7) - 3);
  builder.initializer({ name: 'large', tensor: float32([512, 2], large) });
  builder.initializer({ name: 'small', tensor: float32([2], [10, 20]) });
  builder.initializer({ name: 'unread', tensor: float32([1024], large) });
  const product = builder.op('MatMul', [x, 'large']);
  builder.output(builder.op('Add', [product, 'small'], {}, 'y'), 'float32', ['rows', 2]);
  return builder.build();
}

const outside = { externalData: { file: 'weights.bin', minimumBytes: 1000 } };

describe('writeModelFile', () => {
  it('puts large weights into an external file that the runtime and readInitializer find', async () => {
    const graph = affine();
    const path = join(folder, 'deep', 'model.onnx');
    await writeModelFile(path, graph, outside);

    const model = await readModelFile(path);
    expect(model.graph.initializers.get('small')).toEqual(graph.initializers.get('small'));
    expect(model.graph.initializers.get('unread')).toMatchObject({
      external: { offset: 4096, length: 4096 },
    });
    for (const name of ['large', 'small', 'unread']) {
      expect({ name, tensor: await readInitializer(model, name) }).toEqual(graph.initializers.get(name));
    }
    const session = await createRuntime({ threads: 1 }).open({ path });
    const { y } = await session.run({ x: float32([1, 512], new Float32Array(512).fill(1)) });
    await session.release();
    const column = (start: number) =>
      Array.from({ length: 512 }, (_, row) => ((row * 2 + start) % 7) - 3).reduce(
        (sum, value) => sum + value,
      );
    expect(Array.from(y?.data as Float32Array)).toEqual([10 + column(0), 20 + column(1)]);
  });

  it('writes everything into one file by default', async () => {
    const path = join(folder, 'model.onnx');
    await writeModelFile(path, affine());
    expect((await readModelFile(path)).graph).toEqual(affine());
  });
});

describe('readModelFile', () => {
  it('never opens the external weights', async () => {
    const { graph } = await readModelFile(fixturePath('sd15-graph/unet/model.onnx'));
    const external = [...graph.initializers.values()].filter((initializer) => 'external' in initializer);
    expect(external).toHaveLength(384);
    const ends = external.map(({ external: { offset, length } }) => offset + length);
    expect(Math.max(...ends)).toBeLessThanOrEqual(3_437_436_928);
  });

  it('says which file is missing', async () => {
    await expect(readModelFile(join(folder, 'model.onnx'))).rejects.toMatchObject({
      problem: { code: 'invalid-model', message: expect.stringContaining(join(folder, 'model.onnx')) },
    });
  });

  it('refuses a file that protobuf cannot have written, without reading it', async () => {
    const path = join(folder, 'model.onnx');
    await writeFile(path, '');
    await truncate(path, 2 ** 31);
    await expect(readModelFile(path)).rejects.toMatchObject({ problem: { code: 'invalid-model' } });
  });
});

describe('readInitializer', () => {
  it.each([
    ['cut short', (path: string) => truncate(path, 5000)],
    ['missing', (path: string) => rm(path)],
  ])('says which weight file is %s', async (_, damage) => {
    const path = join(folder, 'model.onnx');
    await writeModelFile(path, affine(), outside);
    await damage(join(folder, 'weights.bin'));
    const model = await readModelFile(path);
    await expect(readInitializer(model, 'unread')).rejects.toMatchObject({
      problem: { code: 'invalid-model', message: expect.stringContaining('weights.bin') },
    });
  });

  it('says that a weight file is a Git LFS pointer, and what to do', async () => {
    const path = join(folder, 'model.onnx');
    await writeModelFile(path, affine(), outside);
    await writeFile(
      join(folder, 'weights.bin'),
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\n',
    );
    await expect(readInitializer(await readModelFile(path), 'unread')).rejects.toThrow(
      /weights.bin" is a Git LFS pointer.*git lfs pull/,
    );
  });

  it('keeps what it does not move where it is', async () => {
    const path = join(folder, 'model.onnx');
    await writeModelFile(path, affine(), outside);
    const before = await readFile(join(folder, 'weights.bin'));
    const { graph } = await readModelFile(path);
    await writeModelFile(join(folder, 'second.onnx'), graph);
    expect(await readFile(join(folder, 'weights.bin'))).toEqual(before);
    expect((await readModelFile(join(folder, 'second.onnx'))).graph).toEqual(graph);
    expect((await stat(join(folder, 'second.onnx'))).size).toBeLessThan(1000);
  });
});
