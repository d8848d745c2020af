import { describe, expect, test } from 'vitest';
import { planTraining } from '../../../src/diffusion/training/training-plan.ts';
import { openTrunk } from '../../../src/diffusion/trunk.ts';
import { cutUnet } from '../../../src/onnx/cut/unet.ts';
import { decodeModel } from '../../../src/onnx/proto.ts';
import { attempt } from '../../../src/result.ts';
import type { Runtime } from '../../../src/runtime/runtime.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { fixture } from '../../onnx/files.ts';

const cut = cutUnet(decodeModel(fixture('sd15-graph/unet/model.onnx')));
const shape = { batch: 1, tokens: 77, latents: [4, 64, 64] } as const;
type Circumstances = Pick<Runtime, 'provider' | 'precision' | 'recompute' | 'freeBytes'>;
const plan = (bytes: number | undefined, rest: Partial<Circumstances> = {}) =>
  planTraining(cut, shape, {
    provider: 'cpu',
    precision: 'float32',
    recompute: 'auto',
    freeBytes: () => Promise.resolve(bytes),
    ...rest,
  });

describe("a training step of Stable Diffusion 1.5's U-Net at 512×512", () => {
  test('keeps everything where it fits, and where nobody knows what is free', async () => {
    expect((await plan(100e9)).recompute).toBe('none');
    expect((await plan(undefined)).recompute).toBe('none');
  });

  test('computes again the less the more memory there is, and stays within it', async () => {
    const { bytes: all } = await plan(100e9);
    const chosen = [];
    for (const free of [all - 1, 3e9, 2.5e9]) {
      const { recompute, bytes } = await plan(free);
      expect(bytes).toBeLessThanOrEqual(free);
      chosen.push(recompute);
    }
    expect(chosen).toEqual(['attention', 'activations', 'blocks']);
  });

  test('is refused with both numbers where it does not fit, and says what to set where that would help', async () => {
    await expect(plan(1e9)).rejects.toThrow(/takes \d\.\d GB of memory, and 1\.0 GB are free/);
    await expect(plan(3e9, { recompute: 'none' })).rejects.toThrow(/RECOMPUTE=auto/);
    await expect(plan(3e9, { recompute: 'attention' })).rejects.toThrow(/RECOMPUTE=auto/);
  });

  test('takes the weights a second time on a GPU, and in half precision little more than half', async () => {
    const cpu = (await plan(100e9)).bytes;
    const gpu = (await plan(100e9, { provider: 'cuda' })).bytes;
    const weights = 859_520_964 * 4;
    expect(gpu - cpu - 1.9e9).toBeGreaterThan(weights * 0.97);
    expect(gpu - cpu - 1.9e9).toBeLessThan(weights * 1.01);
    const half = (await plan(100e9, { provider: 'cuda', precision: 'float16' })).bytes;
    expect((half - 2.4e9) / (gpu - 2.4e9)).toBeGreaterThan(0.5);
    expect((half - 2.4e9) / (gpu - 2.4e9)).toBeLessThan(0.65);
  });

  test.each([
    [2, 8_726_249_472],
    [4, 14_103_347_200],
  ])(
    'is expected to take what one of %i pictures took on an H200 in half precision, %i bytes, or a little more',
    async (batch, taken) => {
      const runtime = {
        provider: 'cuda',
        precision: 'float16',
        recompute: 'auto',
        freeBytes: async () => 100e9,
      } as const;
      const { bytes } = await planTraining(cut, { ...shape, batch, selected: 2 * batch }, runtime);
      expect(bytes / taken).toBeGreaterThan(1);
      expect(bytes / taken).toBeLessThan(1.1);
    },
  );
});

test('what is open for drawing gives its memory back where a training needs it, and only there', async () => {
  const small = cutUnet(decodeModel(fixture('tiny-sd/unet/model.onnx')));
  const runtime = createRuntime({ threads: 1 });
  let spared = 0;
  const tight = (free: number, freed: number): Runtime => ({
    ...runtime,
    freeBytes: () => Promise.resolve(spared === 0 ? free : freed),
    async open(model, options) {
      const session = await runtime.open(model, options);
      return { ...session, spare: () => Promise.resolve(void spared++) };
    },
  });
  const teach = async (free: number, freed: number) => {
    spared = 0;
    const trunk = await openTrunk(tight(free, freed), small, '');
    const training = await attempt(() => trunk.training({ batch: 1, tokens: 4, latents: [4, 8, 8] }));
    if (training.ok) await training.value.release();
    await trunk.release();
    return { isOpen: training.ok, spared };
  };
  expect(await teach(1e6, 100e9)).toEqual({ isOpen: true, spared: 1 });
  expect(await teach(1e6, 1e6)).toEqual({ isOpen: false, spared: 1 });
  expect(await teach(100e9, 100e9)).toEqual({ isOpen: true, spared: 0 });
});
