import sharp from 'sharp';
import { expect, it } from 'vitest';
import { unwrap } from '../../src/result.ts';
import { request, scene } from './scene.ts';

/** Twice as wide as high and plain, with stripes at the left end. */
async function stripedAtTheLeft(): Promise<Buffer> {
  const [width, height] = [256, 128];
  const rgb = new Uint8Array(3 * width * height).fill(200);
  for (let y = 0; y < height; y++)
    for (let x = 8; x < 72; x += 8) rgb.fill(0, 3 * (y * width + x), 3 * (y * width + x + 4));
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** How dark the left and the right half of what is taught are, 0 to 255. */
async function darkness(kind: 'subject' | 'scene' | 'style'): Promise<readonly number[]> {
  const { studio, engine } = await scene();
  unwrap(await studio.teach('a', await request({ kind, pictures: [await stripedAtTheLeft()] })));
  const { width, height, rgb } = engine.teaches[0]!.pictures[0]!;
  return [0, 1].map((half) => {
    const pixels = [...rgb].filter(
      (_, at) => Math.floor((2 * (Math.floor(at / 3) % width)) / width) === half,
    );
    return 200 - pixels.reduce((sum, value) => sum + value, 0) / (3 * height * (width / 2));
  });
}

it('a subject is taught from the part of a long picture that shows it', async () => {
  const [left = 0, right = 0] = await darkness('subject');
  expect(left + right).toBeGreaterThan(95);
});

it.each(['scene', 'style'] as const)('a %s is taught from the middle of a long picture', async (kind) => {
  const [left = 0, right = 0] = await darkness(kind);
  expect(right).toBeLessThan(5);
  expect(left).toBeLessThan(30);
});
