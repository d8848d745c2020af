import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Drawn, type DrawRequest, draw } from '../../src/diffusion/draw.ts';
import { type Model, openModel } from '../../src/diffusion/model.ts';
import { type TaughtModel, untaught } from '../../src/diffusion/taught-model.ts';
import { float32, type Tensor } from '../../src/onnx/tensor.ts';
import { farthest, nothing, recordingRuntime, tinySd } from './support/tiny-sd.ts';

const { runtime, runs } = recordingRuntime();
const request: DrawRequest = {
  prompt: 'a dog in the park',
  negativePrompt: '',
  count: 1,
  seed: 11,
  steps: 4,
  guidanceScale: 5,
  sampler: 'dpmpp_2m',
};

let base: Model;
let model: TaughtModel;
let usual: Drawn;

beforeAll(async () => {
  base = await openModel(runtime, tinySd);
  model = untaught(base);
  usual = await draw(model, request, nothing);
});
afterAll(() => base.release());

const drawn = (changes: Partial<DrawRequest>) => draw(model, { ...request, ...changes }, nothing);
const difference = (a: Drawn, b: Drawn) => farthest(a.latents.data, b.latents.data);

/** The batch of each run of the trunk, the second to the last but one of a drawing's runs. */
async function trunkBatches(changes: Partial<DrawRequest>): Promise<readonly (number | undefined)[]> {
  const before = runs.length;
  await drawn(changes);
  return runs.slice(before + 1, -1).map(({ dims }) => dims.sample?.[0]);
}

test('a model whose numbers are too large for half precision is told, and no black picture is drawn', async () => {
  const predict = async ({ dims, data }: Tensor) =>
    float32(dims, new Float32Array(data.length).fill(Number.NaN, 7, 8));
  const broken = { ...base, trunk: { ...base.trunk, precision: 'float16' as const, predict } };
  await expect(draw(untaught(broken), request, nothing)).rejects.toMatchObject({
    problem: { code: 'engine-down', message: expect.stringContaining('PRECISION=float32') },
  });
});

test('weights of a concept that are too large for single precision are told, and not that its precision is half', async () => {
  const weights = new Map([...base.baseWeights].map(([name, values]) => [name, values.map(() => 3e38)]));
  await expect(draw({ ...untaught(base), weights }, request, nothing)).rejects.toMatchObject({
    problem: {
      code: 'invalid-file',
      message: expect.toSatisfy((text: string) => /concept/.test(text) && !/PRECISION/.test(text)),
    },
  });
});

describe('a picture', () => {
  test('is the same, bit for bit, for the same seed, and another for another', async () => {
    const again = await drawn({});
    expect(again.latents.data).toEqual(usual.latents.data);
    expect(again.images).toEqual(usual.images);
    expect(difference(await drawn({ seed: 12 }), usual)).toBeGreaterThan(0.1);
  });

  test('is the same alone and among others of its seed, to a ten-thousandth', async () => {
    const { latents, images } = await drawn({ count: 3 });
    const size = usual.latents.data.length;
    expect(latents.dims).toEqual([3, 4, 16, 16]);
    expect(images).toHaveLength(3);
    expect(farthest(latents.data.subarray(0, size), usual.latents.data)).toBeLessThan(1e-4);
    const two = await drawn({ count: 2 });
    expect(farthest(latents.data.subarray(size, 2 * size), two.latents.data.subarray(size))).toBeLessThan(
      1e-4,
    );
    expect(farthest(latents.data.subarray(size, 2 * size), usual.latents.data)).toBeGreaterThan(0.1);
  });

  test('has the size that the model folder says', () => {
    expect(usual.images.map(({ width, height, rgb }) => [width, height, rgb.length])).toEqual([
      [32, 32, 3072],
    ]);
  });

  test('follows its prompt, its negative prompt and its guidance', async () => {
    for (const changes of [{ prompt: 'a horse' }, { negativePrompt: 'snow' }, { guidanceScale: 6 }]) {
      expect(difference(await drawn(changes), usual)).toBeGreaterThan(1e-4);
    }
  });

  test('is drawn with half the work where guidance is 1 or less, and then no negative prompt matters', async () => {
    expect(await trunkBatches({ count: 2, guidanceScale: 1 })).toEqual([2, 2, 2, 2]);
    expect(await trunkBatches({ count: 2, guidanceScale: 1.5 })).toEqual([4, 4, 4, 4]);
    const plain = await drawn({ guidanceScale: 1 });
    const negative = await drawn({ guidanceScale: 0, negativePrompt: 'snow' });
    expect(negative.latents.data).toEqual(plain.latents.data);
  });

  test('comes with what the token limit cut off its prompt, as it was written', async () => {
    expect(usual.cut).toBeUndefined();
    const fits = Array.from({ length: 75 }, () => 'dog').join(' ');
    expect((await drawn({ prompt: `${fits} Red HAT `, steps: 1 })).cut).toBe('Red HAT');
    expect((await drawn({ prompt: fits, steps: 1 })).cut).toBeUndefined();
    const negative = { prompt: 'dog', negativePrompt: `${fits} Red HAT `, steps: 1 };
    const { cut, negativeCut } = await drawn(negative);
    expect([cut, negativeCut]).toEqual([undefined, 'Red HAT']);
    const both = await drawn({ ...negative, prompt: `${fits} cat` });
    expect([both.cut, both.negativeCut]).toEqual(['cat', 'Red HAT']);
    const unguided = await drawn({ ...negative, prompt: `${fits} cat`, guidanceScale: 1 });
    expect([unguided.cut, unguided.negativeCut]).toEqual(['cat', undefined]);
  });
});

test('every evaluation is announced in order, pndm having one more than its steps, and each waits for its turn', async () => {
  const heard: string[] = [];
  let turns = 0;
  await draw(
    model,
    { ...request, sampler: 'pndm', steps: 3 },
    {
      turn: (action) => {
        turns++;
        return action();
      },
      onStep: (step, steps, { dims }) => {
        heard.push(`${step}/${steps} ${dims}`);
      },
    },
  );
  expect(heard).toEqual(['1/4 1,4,16,16', '2/4 1,4,16,16', '3/4 1,4,16,16', '4/4 1,4,16,16']);
  expect(turns).toBe(1 + 4 + 1);
});

test('what is thrown between steps stops the drawing', async () => {
  const stopped = draw(model, request, {
    ...nothing,
    onStep(step) {
      if (step === 2) throw new Error('enough');
    },
  });
  await expect(stopped).rejects.toThrow('enough');
});
