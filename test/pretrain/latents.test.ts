import { expect, test } from 'vitest';
import { float32, type Tensor } from '../../src/onnx/tensor.ts';
import { encodeDataset } from '../../src/pretrain/latents.ts';
import { createRandom } from '../../src/random.ts';
import type { Session } from '../../src/runtime/runtime.ts';

const config = {
  pixels: 8,
  latentChannels: 2,
  encoderChannels: [8, 8],
  decoderChannels: [8, 8],
} as const;

/** Gives a picture's first colours as means, 5 apart from 0, and log-variances that must not be used. */
const encoder: Session = {
  inputNames: ['sample'],
  outputNames: ['latent_parameters'],
  async run({ sample }) {
    const [count = 0] = sample?.dims ?? [];
    const size = 2 * 2 * 2;
    const parameters = float32([count, 4, 2, 2], new Float32Array(2 * count * size).fill(Number.NaN));
    for (let picture = 0; picture < count; picture++)
      for (let i = 0; i < size; i++)
        parameters.data[2 * picture * size + i] = 5 + 3 * Number((sample as Tensor).data[picture * 192 + i]);
    return { latent_parameters: parameters };
  },
  release: async () => {},
};

const random = createRandom(1);
const images = Array.from({ length: 70 }, () => ({
  width: 8,
  height: 8,
  rgb: new Uint8Array(192).map(() => random.integer(256)),
}));

test('latents are the means of all pictures in order, at unit variance', async () => {
  const told: number[] = [];
  const { latents, scale } = await encodeDataset(encoder, config, images, (done) => told.push(done));
  expect(told).toEqual([32, 64, 70]);
  expect(latents).toHaveLength(70 * 8);
  const mean = latents.reduce((sum, value) => sum + value, 0) / latents.length;
  const variance = latents.reduce((sum, value) => sum + (value - mean) ** 2, 0) / latents.length;
  expect(variance).toBeCloseTo(1, 4);
  expect(mean / scale).toBeCloseTo(5, 0); // the mean is not taken away
  images.forEach(({ rgb }, picture) => {
    for (let i = 0; i < 8; i++)
      expect((latents[picture * 8 + i] ?? 0) / scale).toBeCloseTo(5 + 3 * ((rgb[3 * i] ?? 0) / 127.5 - 1), 4);
  });
});
