import { expect, test } from 'vitest';
import { type Preprocessing, pixelValues, preprocessingSchema } from '../../src/diffusion/preprocessing.ts';
import type { PixelImage } from '../../src/pictures/image.ts';

/** The numbers that OpenAI published CLIP with. */
const mean = [0.48145466, 0.4578275, 0.40821073];
const deviation = [0.26862954, 0.26130258, 0.27577711];
const published = {
  crop_size: 224,
  do_center_crop: true,
  do_normalize: true,
  do_resize: true,
  feature_extractor_type: 'CLIPFeatureExtractor',
  image_mean: mean,
  image_std: deviation,
  resample: 3,
  size: 224,
};

/** A picture whose red is its column and whose green is its row. */
function ruler(width: number, height: number): PixelImage {
  const rgb = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) rgb.set([i % width, Math.floor(i / width), 7], 3 * i);
  return { width, height, rgb };
}

const plain: Preprocessing = {
  resize: undefined,
  filter: 'bicubic',
  crop: { width: 2, height: 2 },
  scale: 1,
  mean: [0, 0, 0],
  deviation: [1, 1, 1],
};

test('values are (byte · scale − mean)/deviation of their channel, a plane a channel', () => {
  const rgb = Uint8Array.of(0, 51, 102, 153, 204, 255, 10, 20, 30, 40, 50, 60);
  const { dims, data } = pixelValues([{ width: 2, height: 2, rgb }], {
    ...plain,
    scale: 1 / 255,
    mean,
    deviation,
  });
  expect(dims).toEqual([1, 3, 2, 2]);
  const planes = [
    [0, 153, 10, 40],
    [51, 204, 20, 50],
    [102, 255, 30, 60],
  ];
  planes.flat().forEach((byte, i) => {
    const channel = Math.floor(i / 4);
    expect(data[i]).toBeCloseTo((byte / 255 - (mean[channel] ?? 0)) / (deviation[channel] ?? 0), 5);
  });
});

test('the middle is cut out, a place further left and up where it does not lie between pixels', () => {
  const [wide, high] = [
    [7, 4],
    [4, 9],
  ].map(([width = 0, height = 0]) => pixelValues([ruler(width, height)], { ...plain, resize: 4 }).data);
  expect([...(wide ?? []).slice(0, 8)]).toEqual([2, 3, 2, 3, 1, 1, 2, 2]);
  expect([...(high ?? []).slice(0, 8)]).toEqual([1, 2, 1, 2, 3, 3, 4, 4]);
});

test('the shorter side gets the length asked for, the longer one its proportion rounded down', () => {
  const rgb = new Uint8Array(3 * 11 * 4).map((_, i) => (Math.floor(i / 3) % 11 < 5 ? 0 : 200));
  const halves = { width: 11, height: 4, rgb };
  const { data } = pixelValues([halves], { ...plain, filter: 'bilinear', resize: 2 });
  // 11 × 4 becomes 5 × 2, of which columns 1 and 2 remain. Column 2 is centred on the source's 5.5 and sees 2.2 around it.
  const weights = Array.from({ length: 5 }, (_, i) => Math.max(0, 1 - Math.abs(3 + i + 0.5 - 5.5) / 2.2));
  const total = weights.reduce((a, b) => a + b);
  const white = (weights[2] ?? 0) + (weights[3] ?? 0) + (weights[4] ?? 0);
  expect(data[0]).toBe(0);
  expect(data[1]).toBeCloseTo((200 * white) / total, 0);
});

test('the form that CLIP was published in means the same as the one written today', () => {
  const today = {
    ...published,
    crop_size: { height: 224, width: 224 },
    size: { shortest_edge: 224 },
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_convert_rgb: true,
  };
  const expected = {
    resize: 224,
    filter: 'bicubic',
    crop: { width: 224, height: 224 },
    scale: 1 / 255,
    mean,
    deviation,
  };
  expect(preprocessingSchema.parse(published)).toEqual(expected);
  expect(preprocessingSchema.parse(today)).toEqual(expected);
});

test('what is left out, or null, is as CLIPImageProcessor has it, all of it where nothing is said', () => {
  const expected = preprocessingSchema.parse(published);
  const nothing = Object.fromEntries([...Object.keys(published), 'rescale_factor'].map((key) => [key, null]));
  expect(preprocessingSchema.parse({})).toEqual(expected);
  expect(preprocessingSchema.parse(nothing)).toEqual(expected);
  expect(preprocessingSchema.parse({ ...published, image_mean: null, image_std: undefined })).toEqual(
    expected,
  );
});

test('what is switched off is not done', () => {
  const off = {
    ...published,
    size: { height: 30, width: 40 },
    do_center_crop: false,
    do_normalize: false,
    do_rescale: false,
    resample: 2,
  };
  expect(preprocessingSchema.parse(off)).toEqual({
    resize: { height: 30, width: 40 },
    filter: 'bilinear',
    crop: { width: 40, height: 30 },
    scale: 1,
    mean: [0, 0, 0],
    deviation: [1, 1, 1],
  });
  expect(preprocessingSchema.parse({ ...published, do_resize: false }).resize).toBeUndefined();
});

test.each([
  ['a filter that is not known', { resample: 4 }, /only 1, 2 and 3 are known/],
  ['no size at all', { do_center_crop: false }, /neither crop_size nor size/],
  ['a part larger than the whole', { size: 200 }, /crop_size is larger than size/],
  ['a deviation of zero', { image_std: [1, 0, 1] }, /image_std/],
] as const)('%s is refused', (_, change, message) => {
  expect(() => preprocessingSchema.parse({ ...published, ...change })).toThrow(message);
});
