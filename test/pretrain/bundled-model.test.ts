import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openAutoencoder } from '../../src/diffusion/autoencoder.ts';
import { readModelFolder } from '../../src/diffusion/model-folder.ts';
import { cosine } from '../../src/judges/alignment.ts';
import { openClip } from '../../src/judges/clip.ts';
import type { PixelImage } from '../../src/pictures/image.ts';
import { renderDrawings, sampleDrawings } from '../../src/pretrain/dataset.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { sampleDrawing, sampleUnusualDrawing, seededRandom } from '../../src/world/index.ts';
import { styleKinds } from '../../src/world/styles/index.ts';

const folder = join(import.meta.dirname, '../../model-store/sketchbook');
const heldOutSeed = 77_777;

interface Card {
  readonly from?: Card;
  readonly stages: readonly { readonly losses: readonly number[] }[];
}

const firstOf = (card: Card): Card => (card.from ? firstOf(card.from) : card);

describe('the bundled model', () => {
  test('is what its card says, byte for byte', async () => {
    const card = JSON.parse(await readFile(join(folder, 'card.json'), 'utf8'));
    expect(card.command).toMatch(/^npm run pretrain/);
    expect(card.commit).toMatch(/^[0-9a-f]{40}$/);
    for (const { losses } of card.stages) {
      expect(losses).toHaveLength(10);
      expect(losses.every(Number.isFinite)).toBe(true);
    }
    // A run that goes on begins with the weights that the one before it ended with; what begins with noise must learn.
    for (const { losses } of firstOf(card).stages) expect(losses.at(-1)).toBeLessThan(losses[0] as number);
    expect(Object.keys(card.sha256)).toHaveLength(7);
    for (const [name, hash] of Object.entries(card.sha256)) {
      expect(
        createHash('sha256')
          .update(await readFile(join(folder, name)))
          .digest('hex'),
        name,
      ).toBe(hash);
    }
  });

  test('takes at most 60 MB', async () => {
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    const sizes = await Promise.all(
      files.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(60e6);
  });

  test('keeps what a drawing shows through its autoencoder, on drawings it never saw', async () => {
    const autoencoder = await openAutoencoder(createRuntime(), await readModelFolder(folder));
    const images = await Array.fromAsync(renderDrawings(sampleDrawings(heldOutSeed, 32), 64));
    const decoded = await autoencoder.decode(await autoencoder.encode(images));
    expect(signalToNoise(images, decoded)).toBeGreaterThan(20);
    await autoencoder.release();
  });

  test('has a CLIP that knows a style by how it is drawn, in colours that the model has never seen too', async () => {
    const clip = await openClip(createRuntime(), join(folder, 'clip'));
    const kinds = styleKinds.filter((kind) => kind !== 'plain');
    const names = await clip.textEmbeddings(kinds.map((kind) => `a drawing in ${kind} style`));
    const random = seededRandom(heldOutSeed);
    for (const sample of [sampleDrawing, sampleUnusualDrawing]) {
      const drawings = Array.from({ length: 160 }, () => sample(random));
      const styled = drawings.filter(({ style }) => style.kind !== 'plain');
      const pictures = await clip.imageEmbeddings(await Array.fromAsync(renderDrawings(styled, 64)));
      const told = pictures.map((picture) => kinds[nearest(picture, names)]);
      const right = styled.filter(({ style }, at) => style.kind === told[at]).length;
      expect(right / styled.length, sample.name).toBeGreaterThan(0.8);
    }
    await clip.release();
  });
});

/** The place of the one that has the largest cosine with it. */
function nearest(to: Float32Array, ones: readonly Float32Array[]): number {
  const cosines = ones.map((one) => cosine(one, to));
  return cosines.indexOf(Math.max(...cosines));
}

/** Peak signal-to-noise ratio in decibels, 10·log₁₀(255²/mean squared error). */
function signalToNoise(images: readonly PixelImage[], others: readonly PixelImage[]): number {
  let squares = 0;
  let count = 0;
  images.forEach(({ rgb }, index) => {
    rgb.forEach((value, i) => {
      squares += (value - (others[index]?.rgb[i] as number)) ** 2;
    });
    count += rgb.length;
  });
  return 10 * Math.log10(255 ** 2 / (squares / count));
}
