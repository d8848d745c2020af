import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../src/diffusion/model.ts';
import type { Formats } from '../../src/interop/format.ts';
import { loadFormats } from '../../src/interop/formats.ts';
import { readIncoming } from '../../src/interop/incoming.ts';
import { attempt } from '../../src/result.ts';
import { openTiny, plainHooks } from '../personalize/tiny.ts';
import { madeUpConcepts } from './concepts.ts';
import { writeTensors } from './read-file.ts';

let base: Model;
let formats: Formats;

beforeAll(async () => {
  base = await openTiny();
  formats = await loadFormats();
});
afterAll(() => base.release());

async function refused(bytes: Uint8Array, reason: RegExp): Promise<void> {
  const result = await attempt(() => readIncoming(bytes, formats, base));
  expect(result).toMatchObject({ problem: { code: 'invalid-file', message: expect.stringMatching(reason) } });
}

const floats = (length: number, value = 0.1) => new Uint8Array(new Float32Array(length).fill(value).buffer);
const f32 = (shape: readonly number[], value?: number) => ({
  dtype: 'F32',
  shape,
  bytes: floats(
    shape.reduce((product, size) => product * size, 1),
    value,
  ),
});
const key = 'mid_block.attentions.0.transformer_blocks.0.attn2.processor.to_k_custom_diffusion.weight';

describe('a file of PyTorch itself', () => {
  test.each([
    ['a zip archive', [0x50, 0x4b, 0x03, 0x04, 20, 0, 0, 0, 0, 0]],
    ['a bare pickle', [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20]],
    ['a pickle of protocol 5', [0x80, 0x05, 0x95, 0, 0, 0, 0, 0, 0, 0]],
  ])('(%s) is not opened, and what to do is said', (_, bytes) =>
    refused(
      Uint8Array.from(bytes),
      /can run programs when it is opened.*Save it as \.safetensors.*docs\/formats\.md/,
    ),
  );
});

describe('a file is refused that', () => {
  test.each<[string, () => Uint8Array, RegExp]>([
    ['is empty', () => new Uint8Array(), /shorter than a header/],
    [
      'is a picture',
      () => Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13]),
      /header claims/,
    ],
    [
      'claims a header of many gigabytes',
      () => Uint8Array.from([255, 255, 255, 255, 255, 255, 255, 127, 0x7b, 0x7d]),
      /header claims 9223372036854775807 bytes/,
    ],
    ['has nothing in it', () => writeTensors({}), /no file of \/export/],
    ['is something else', () => writeTensors({ a: f32([2]), b: f32([2]) }), /no textual-inversion embedding/],
    [
      'is an embedding of another width',
      () => writeTensors({ '<cat>': f32([1, 768]) }),
      /has the size 1 × 768.*1 × 32.*another model/,
    ],
    [
      'is an embedding of several vectors',
      () => writeTensors({ emb_params: f32([4, 32]) }),
      /of 4 vectors, and a token here has one/,
    ],
    ['is an embedding of no vector', () => writeTensors({ emb_params: f32([0, 32]) }), /of 0 vectors/],
    [
      'is an embedding for SDXL',
      () => writeTensors({ clip_l: f32([1, 768]), clip_g: f32([1, 1280]) }),
      /SDXL/,
    ],
    [
      'is an embedding with a number that is none',
      () => writeTensors({ x: f32([1, 32], Number.NaN) }),
      /something else than numbers/,
    ],
    [
      'is an embedding with an infinite number',
      () => writeTensors({ x: f32([32], Number.NEGATIVE_INFINITY) }),
      /something else than numbers/,
    ],
    [
      'is an embedding with a number over 65504, the largest of half precision',
      () => writeTensors({ x: f32([1, 32], 65_505) }),
      /numbers over 65504/,
    ],
    [
      'has a matrix with such a number',
      () => writeTensors({ [key]: f32([64, 32], -3e38) }),
      /numbers over 65504/,
    ],
    [
      'is an embedding of whole numbers',
      () => writeTensors({ x: { ...f32([32]), dtype: 'I32' } }),
      /of the type int32/,
    ],
    [
      'has a matrix of another size',
      () => writeTensors({ [key]: f32([64, 768]) }),
      /its matrix has the size 64 × 768/,
    ],
    [
      'has a matrix with a number that is none',
      () => writeTensors({ [key]: f32([64, 32], Number.NaN) }),
      /something else than numbers/,
    ],
    [
      'has a matrix of another model',
      () => writeTensors({ [key.replace('mid_block', 'down_blocks.9')]: f32([64, 32]) }),
      /matrices that this model has not/,
    ],
    [
      'has queries too',
      () => writeTensors({ [key]: f32([64, 32]), [key.replace('to_k', 'to_q')]: f32([64, 64]) }),
      /crossattn_kv/,
    ],
    [
      'has something beside matrices',
      () => writeTensors({ [key]: f32([64, 32]), '<new1>': f32([32]) }),
      /matrices that this model has not/,
    ],
    [
      'has a name of the prototype',
      () => writeTensors({ [`__proto__.${key}`]: f32([64, 32]) }),
      /matrices that this model has not/,
    ],
  ])('%s', (_, make, reason) => refused(make(), reason));

  test('has tensors that overlap, lie outside or are cut off', async () => {
    const bytes = Buffer.from(writeTensors({ a: f32([32]), b: f32([32]) }));
    const edited = (from: string, to: string) => {
      const text = bytes.toString('latin1');
      expect(text).toContain(from);
      return new Uint8Array(Buffer.from(text.replace(from, to), 'latin1'));
    };
    await refused(edited('[128,256]', '[120,248]'), /overlap/);
    await refused(edited('[128,256]', '[928,956]'), /outside the file/);
    await refused(new Uint8Array(bytes.subarray(0, -1)), /outside the file/);
  });

  test('is a LoRA or of LyCORIS, which have no word and more than keys and values', async () => {
    for (const format of ['lora', 'lycoris']) {
      const [file] = (await formats.get(format)!.write(madeUpConcepts(base).get('cns')!, base, plainHooks))
        .files;
      await refused(file!.bytes, /a LoRA or LyCORIS file, which brings no word/);
    }
    const ofDiffusers = 'unet.mid_block.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight';
    const factors = { [ofDiffusers]: f32([4, 32]), [ofDiffusers.replace('_A', '_B')]: f32([64, 4]) };
    await refused(writeTensors(factors), /a LoRA or LyCORIS file/);
  });
});
