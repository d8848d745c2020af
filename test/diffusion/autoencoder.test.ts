import { copyFile, cp, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Autoencoder, imagesOf, openAutoencoder, planesOf } from '../../src/diffusion/autoencoder.ts';
import { type ModelFolder, readModelFolder } from '../../src/diffusion/model-folder.ts';
import { readModelFile, writeModelFile } from '../../src/onnx/model-file.ts';
import { float32, type Tensor } from '../../src/onnx/tensor.ts';
import type { PixelImage } from '../../src/pictures/image.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { farthest, tinySd } from './support/tiny-sd.ts';

const runtime = createRuntime({ threads: 1 });
let folder: ModelFolder;
let autoencoder: Autoencoder;

beforeAll(async () => {
  folder = await readModelFolder(tinySd);
  autoencoder = await openAutoencoder(runtime, folder);
});
afterAll(() => autoencoder.release());

/** Three pixels wide, two high: red, green, blue over black, white, grey. */
const picture: PixelImage = {
  width: 3,
  height: 2,
  rgb: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 51, 51, 51),
};
const grey = 51 / 127.5 - 1;
const planes = [
  [1, -1, -1, -1, 1, grey],
  [-1, 1, -1, -1, 1, grey],
  [-1, -1, 1, -1, 1, grey],
];

test('a picture becomes a plane a colour, rows from the top, 0 being −1 and 255 being 1', () => {
  const { dims, data } = planesOf([picture, { ...picture, rgb: picture.rgb.toReversed() }]);
  expect(dims).toEqual([2, 3, 2, 3]);
  expect(farthest(data.subarray(0, 18), planes.flat())).toBeLessThan(1e-6);
  expect([...data.subarray(18, 24)]).toEqual(planes[2]!.toReversed().map(Math.fround));
});

test('planes become the picture that they came from, and values out of range are clamped', () => {
  expect(imagesOf(planesOf([picture, picture]))).toEqual([picture, picture]);
  const [clamped] = imagesOf(float32([1, 3, 1, 2], [-1.5, 7, 1.001, -1.001, 0, 0.004]));
  expect([...clamped!.rgb]).toEqual([0, 255, 128, 255, 0, 128]);
});

test('latents are the means of the encoding, shifted and scaled as the folder says', async () => {
  const size = 32;
  const rgb = Uint8Array.from({ length: 3 * size * size }, (_, i) => (7 * i) % 256);
  const images = [
    { width: size, height: size, rgb },
    { width: size, height: size, rgb: rgb.toReversed() },
  ];
  const parameters = await autoencoder.raw.encode(planesOf(images));
  expect(parameters.dims).toEqual([2, 8, 16, 16]);
  const shifted = await openAutoencoder(runtime, { ...folder, latentScale: 0.5, latentShift: 0.25 });
  const latents = await shifted.encode(images);
  expect(latents.dims).toEqual([2, 4, 16, 16]);
  for (const picture of [0, 1]) {
    const means = Array.from(
      (parameters.data as Float32Array).subarray(picture * 2048, picture * 2048 + 1024),
      (value) => (value - 0.25) * 0.5,
    );
    expect(farthest(latents.data.subarray(picture * 1024, picture * 1024 + 1024), means)).toBeLessThan(1e-6);
  }

  const unscaled = latents.data.map((value) => value / 0.5 + 0.25);
  const decoded = imagesOf(await shifted.raw.decode(float32(latents.dims, unscaled)));
  expect(await shifted.decode(latents)).toEqual(decoded);
  await shifted.release();
});

test.each([
  ['small ones together', 64, [3]],
  ['those of 512×512 one after another', 512, [1, 1, 1]],
])('of three pictures, %s are encoded, each to its own latents', async (_, side, expected) => {
  const runs: number[] = [];
  const counting: Runtime = {
    ...runtime,
    open: async () => ({
      inputNames: ['planes'],
      outputNames: ['means'],
      async run({ planes }) {
        const { dims, data } = planes as Tensor;
        const [count = 0] = dims;
        runs.push(count);
        const first = Array.from({ length: count }, (_, at) => data[(at * data.length) / count] as number);
        return {
          means: float32([count, 4, 1, 1], Float32Array.from(first.flatMap((value) => Array(4).fill(value)))),
        };
      },
      release: async () => {},
    }),
  };
  const plain = await openAutoencoder(counting, { ...folder, latentScale: 1, latentShift: 0 });
  const images = [0, 51, 255].map((byte) => ({
    width: side,
    height: side,
    rgb: new Uint8Array(3 * side * side).fill(byte),
  }));
  const { dims, data } = await plain.encode(images);
  expect([dims, runs]).toEqual([[3, 4, 1, 1], expected]);
  expect([0, 4, 8].map((at) => data[at])).toEqual([-1, Math.fround(grey), 1]);
});

test('a model without an encoder draws, and says why it cannot be taught', async () => {
  const { vaeEncoder: _, ...graphs } = folder.graphs;
  const decoderOnly = await openAutoencoder(runtime, { ...folder, graphs });
  expect(await decoderOnly.decode(float32([1, 4, 16, 16]))).toHaveLength(1);
  await expect(decoderOnly.encode([picture])).rejects.toThrow(/without vae_encoder.*Export it anew/);
  await decoderOnly.release();
});

describe('a file of it that cannot be used is a fault of the model, and named', () => {
  const pointer =
    'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n';

  /** What opening a copy says once the decoder's or the encoder's file was changed. */
  async function refusal(component: string, damage: (path: string) => Promise<void>): Promise<unknown> {
    const copy = await mkdtemp(join(tmpdir(), 'keepsake-vae-'));
    onTestFinished(() => rm(copy, { recursive: true }));
    for (const one of ['vae_decoder', 'vae_encoder'])
      await cp(join(tinySd, one), join(copy, one), { recursive: true });
    await damage(join(copy, component, 'model.onnx'));
    const graphs = {
      ...folder.graphs,
      vaeDecoder: join(copy, 'vae_decoder/model.onnx'),
      vaeEncoder: join(copy, 'vae_encoder/model.onnx'),
    };
    return openAutoencoder(runtime, { ...folder, graphs }).catch((error: unknown) => error);
  }

  test.each(['vae_decoder', 'vae_encoder'])(
    '%s: half a download, a pointer, another file',
    async (component) => {
      const named = new RegExp(`${component}/model.onnx"`);
      const wrong: [(path: string) => Promise<void>, RegExp][] = [
        [(path) => truncate(path, 500), /not a readable ONNX file.*Download/],
        [(path) => writeFile(path, pointer), /Git LFS pointer.*git lfs pull/],
        [(path) => copyFile(join(tinySd, 'model_index.json'), path), /cannot be used/],
      ];
      for (const [damage, words] of wrong) {
        const refused = await refusal(component, damage);
        expect(refused).toMatchObject({ problem: { code: 'invalid-model' } });
        expect(String(refused)).toMatch(named);
        expect(String(refused)).toMatch(words);
      }
    },
  );

  test('a graph that can be read but that the runtime refuses comes with its reason', async () => {
    const refused = await refusal('vae_decoder', async (path) => {
      const { graph } = await readModelFile(path);
      const [first, ...rest] = graph.nodes;
      await writeModelFile(path, { ...graph, nodes: [{ ...first!, op: 'NoSuchOperator' }, ...rest] });
    });
    expect(refused).toMatchObject({
      problem: {
        code: 'invalid-model',
        message: expect.stringMatching(/cannot open ".*vae_decoder\/model.onnx": .*NoSuchOperator/),
      },
    });
  });
});
