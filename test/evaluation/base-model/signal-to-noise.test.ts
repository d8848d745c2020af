import { expect, test } from 'vitest';
import { autoencoderScore } from '../../../src/evaluation/base-model/signal-to-noise.ts';
import { staged } from '../../../src/evaluation/scripts/script.ts';
import type { PixelImage } from '../../../src/pictures/image.ts';
import { seededRandom } from '../../../src/world/index.ts';

const grey = (value: number): PixelImage => ({ width: 4, height: 2, rgb: new Uint8Array(24).fill(value) });
const inStyle = (style: 'plain' | 'neon') => staged({ figures: [], style }, seededRandom(1));
const drawings = [inStyle('plain'), inStyle('neon'), inStyle('plain')];
const images = [grey(100), grey(100), grey(0)];

test('an error of a fifth, a tenth or a hundredth of the range is 14, 20 or 40 dB below it', () => {
  const score = (by: number) => autoencoderScore(drawings.slice(0, 1), [grey(0)], [grey(255 * by)]);
  expect(score(1 / 5).psnr).toBeCloseTo(20 * Math.log10(5), 9);
  expect(autoencoderScore(drawings.slice(0, 1), [grey(100)], [grey(151)]).psnr).toBeCloseTo(13.9794, 4);
  expect(score(1).psnr).toBeCloseTo(0, 9);
});

test('pictures count alike in the mean, pixels alike in that of all together, and styles have their own', () => {
  // Errors of 5, 51 and 5: mean squares of 25, 2601 and 25.
  const score = autoencoderScore(drawings, images, [grey(105), grey(49), grey(5)]);
  const [small, large] = [34.1514, 13.9794];
  expect(score.pictures).toBe(3);
  expect(score.psnr).toBeCloseTo((2 * small + large) / 3, 3);
  expect(score.lowest).toBeCloseTo(large, 3);
  expect(score.together).toBeCloseTo(10 * Math.log10(65025 / (2651 / 3)), 6);
  expect(Object.keys(score.byStyle).toSorted()).toEqual(['neon', 'plain']);
  expect(score.byStyle.plain).toBeCloseTo(small, 3);
  expect(score.byStyle.neon).toBeCloseTo(large, 3);
});

test('one wrong pixel among twenty-four counts for a twenty-fourth', () => {
  const other = grey(0);
  other.rgb[7] = 255;
  expect(autoencoderScore(drawings.slice(2), [grey(0)], [other]).psnr).toBeCloseTo(10 * Math.log10(24), 9);
});

test('pictures of two sizes are a mistake', () => {
  const small = { width: 1, height: 1, rgb: new Uint8Array(3) };
  expect(() => autoencoderScore(drawings.slice(0, 1), [grey(0)], [small])).toThrow(RangeError);
});
