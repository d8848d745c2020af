import { expect, test } from 'vitest';
import { type FilterName, resampled } from '../../src/pictures/resample.ts';

/** Five pixels by four. */
const source = Uint8Array.of(
  ...[248, 194, 190, 207, 147, 26, 237, 21, 245, 211, 239, 45, 5, 157, 159],
  ...[60, 54, 236, 109, 46, 199, 82, 32, 205, 36, 7, 134, 222, 57, 146],
  ...[8, 149, 14, 15, 22, 10, 144, 208, 24, 24, 7, 41, 11, 85, 59],
  ...[104, 225, 110, 226, 201, 8, 159, 26, 27, 163, 122, 33, 41, 201, 67],
);

/** What `Image.resize` of Pillow 13.0 gives: smaller at 3 × 2, and the first two rows of 7 × 5. */
const pillow: Readonly<Record<FilterName, { readonly small: number[]; readonly large: number[] }>> = {
  bicubic: {
    small: [140, 106, 157, 144, 67, 155, 106, 105, 119, 78, 144, 58, 127, 91, 37, 63, 97, 61],
    large: [
      ...[255, 203, 198, 229, 181, 78, 217, 110, 68, 244, 21, 247, 242, 197, 88, 119, 225, 80, 0, 156, 167],
      ...[115, 87, 243, 133, 84, 193, 141, 59, 178, 121, 16, 229, 87, 56, 142, 124, 80, 126, 183, 84, 159],
    ],
  },
  bilinear: {
    small: [135, 110, 147, 143, 72, 149, 103, 105, 115, 83, 140, 65, 124, 93, 48, 67, 99, 64],
    large: [
      ...[248, 194, 190, 225, 167, 96, 216, 111, 89, 237, 21, 245, 218, 177, 102, 123, 204, 94, 5, 157, 159],
      ...[116, 96, 222, 129, 84, 179, 135, 63, 167, 128, 29, 217, 100, 63, 138, 118, 81, 126, 157, 87, 150],
    ],
  },
  lanczos: {
    small: [136, 102, 158, 142, 67, 153, 104, 103, 121, 74, 145, 59, 126, 85, 34, 61, 93, 62],
    large: [
      ...[255, 205, 203, 228, 196, 62, 213, 94, 63, 247, 24, 244, 255, 198, 92, 108, 238, 66, 0, 150, 173],
      ...[124, 89, 255, 144, 99, 192, 155, 59, 180, 125, 5, 236, 89, 56, 146, 132, 96, 121, 187, 88, 166],
    ],
  },
};

function furthest(ours: Uint8Array, theirs: readonly number[]): number {
  return Math.max(...theirs.map((value, i) => Math.abs(value - (ours[i] ?? Number.NaN))));
}

test.each(Object.entries(pillow))('%s gives the pixels that Pillow gives', (filter, { small, large }) => {
  const image = { width: 5, height: 4, rgb: source };
  const smaller = resampled(image, 3, 2, filter as FilterName);
  const larger = resampled(image, 7, 5, filter as FilterName);
  expect([smaller.rgb.length, larger.rgb.length]).toEqual([18, 105]);
  expect(furthest(smaller.rgb, small)).toBeLessThanOrEqual(1);
  expect(furthest(larger.rgb, large)).toBeLessThanOrEqual(1);
});
