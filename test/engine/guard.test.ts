import { describe, expect, test } from 'vitest';
import { guarded } from '../../src/engine/guard.ts';
import type { PixelImage } from '../../src/pictures/image.ts';
import { noisePictures } from '../personalize/tiny.ts';

const pictures = noisePictures(3);
/** A checker that flags the second picture. */
const second = {
  flags: async (images: readonly PixelImage[]) => images.map((_, i) => i === 1),
  release: async () => {},
};

/** How many brightnesses a picture has. */
const shades = ({ rgb }: PixelImage) => new Set(rgb).size;

describe('what the safety checker flags', () => {
  test('is covered, unless the server says otherwise, and the others stay as they are', async () => {
    const { images, flagged } = await guarded({ safetyChecker: second }, pictures);
    expect(flagged).toBe(1);
    expect([images[0], images[2]]).toEqual([pictures[0], pictures[2]]);
    expect(shades(images[1]!)).toBe(1);
    expect(images[1]).toMatchObject({ width: pictures[1]!.width, height: pictures[1]!.height });
  });

  test('is blurred until no detail is left', async () => {
    const edge = {
      width: 32,
      height: 32,
      rgb: new Uint8Array(3 * 32 * 32).map((_, i) => (i % 6 < 3 ? 255 : 0)),
    };
    const { images, flagged } = await guarded({ safetyChecker: second }, [edge, edge], 'blur');
    expect(flagged).toBe(1);
    const contrast = Math.max(...images[1]!.rgb) - Math.min(...images[1]!.rgb);
    expect(contrast, 'stripes of one pixel').toBeLessThan(30);
    expect(images[1]!.rgb.length).toBe(edge.rgb.length);
  });

  test('is shown and counted where the server says so', async () => {
    expect(await guarded({ safetyChecker: second }, pictures, 'show')).toEqual({
      images: pictures,
      flagged: 1,
    });
  });

  test('is nothing where the model has no checker', async () => {
    expect(await guarded({ safetyChecker: undefined }, pictures)).toEqual({ images: pictures, flagged: 0 });
  });
});
