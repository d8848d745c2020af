import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openClip } from '../../../src/judges/clip.ts';
import type { PixelImage } from '../../../src/pictures/image.ts';
import { sampleDrawings } from '../../../src/pretrain/dataset.ts';
import type { ClipConfig } from '../../../src/pretrain/nets/clip.ts';
import { sheetPrompts } from '../../../src/pretrain/sheets/prompts.ts';
import { exportClip } from '../../../src/pretrain/shipped/clip.ts';
import { clipConfig, sketchbookTokenizer } from '../../../src/pretrain/sketchbook.ts';
import { type ClipStageOptions, clipStage } from '../../../src/pretrain/stages/clip.ts';
import { createTrainer, type Trainer } from '../../../src/pretrain/trainer.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import { captionsFor, renderPixels, seededRandom } from '../../../src/world/index.ts';

const full = clipConfig();
const config: ClipConfig = {
  ...full,
  pixels: 16,
  channels: [8, 16, 32],
  queries: 2,
  text: { ...full.text, width: 32, layers: 1, heads: 2 },
  embeddingWidth: 32,
};
const runtime = createRuntime({ threads: 1 });
const drawings = sampleDrawings(5, 24);
const images = await Promise.all(drawings.map((drawing) => renderPixels(drawing, config.pixels)));

const stageOf = (changes: Partial<ClipStageOptions> = {}) =>
  clipStage({
    runtime,
    drawings,
    images,
    unusual: { drawings, images },
    heldOut: images,
    steps: 1,
    batch: 16,
    parts: 1,
    seed: 1,
    config,
    ...changes,
  });

const grey = (byte: number): PixelImage => ({
  width: 16,
  height: 16,
  rgb: new Uint8Array(3 * 16 * 16).fill(byte),
});

test('each part of a batch has its own pictures and captions', async () => {
  const stage = stageOf({ batch: 12, parts: 3 });
  const { pixel_values, input_ids } = await stage.batch(seededRandom(1));
  expect(pixel_values?.dims).toEqual([12, 3, 16, 16]);
  expect(input_ids?.dims).toEqual([12, 40]);
  const { inputs } = stage.net(seededRandom(1), undefined).builder.build();
  expect(inputs.find(({ name }) => name === 'pixel_values')?.dims).toEqual([4, 3, 16, 16]);
  expect(inputs.find(({ name }) => name === 'input_ids')?.dims).toEqual([4, 40]);
});

test('the same seed gives the same batch, another one another', async () => {
  const stage = stageOf();
  expect(await stage.batch(seededRandom(7))).toEqual(await stage.batch(seededRandom(7)));
  expect(await stage.batch(seededRandom(7))).not.toEqual(await stage.batch(seededRandom(8)));
});

test('every picture comes with words of its own drawing', async () => {
  const third = { drawings: drawings.slice(3, 4), images: images.slice(3, 4) };
  const one = stageOf({ ...third, unusual: third, batch: 40 });
  const { input_ids } = await one.batch(seededRandom(1));
  const random = seededRandom(2);
  const tokenizer = sketchbookTokenizer();
  const known = new Set(
    Array.from({ length: 400 }, () => [...tokenizer.encode(captionsFor(drawings[3]!, random)).ids]).flat(),
  );
  expect([...(input_ids?.data ?? [])].map(Number).filter((id) => !known.has(id))).toEqual([]);
});

test('captions say more than captions as they come, and some are short all the same', async () => {
  const count = 400;
  const drawing = drawings[3]!;
  const tokenizer = sketchbookTokenizer();
  const third = { drawings: [drawing], images: images.slice(3, 4) };
  const one = stageOf({ ...third, unusual: third, batch: count });
  const ids = [...((await one.batch(seededRandom(1))).input_ids?.data ?? [])].map(Number);
  const lengths = Array.from(
    { length: count },
    (_, i) => ids.slice(40 * i, 40 * (i + 1)).indexOf(full.endToken) + 1,
  );
  const random = seededRandom(2);
  const usual = Array.from({ length: count }, () => tokenizer.encode(captionsFor(drawing, random)).length);
  const median = usual.toSorted((a, b) => a - b)[count / 2] ?? 0;
  const short = usual.toSorted((a, b) => a - b)[count / 4] ?? 0;
  const share = (all: readonly number[], isSo: (length: number) => boolean) =>
    all.filter(isSo).length / all.length;
  // The longest of three is at most the median once in eight, and among the shortest quarter once in 64.
  expect(share(lengths, (length) => length <= median)).toBeLessThan(0.4);
  expect(share(usual, (length) => length <= median)).toBeGreaterThan(0.5);
  expect(share(lengths, (length) => length <= short)).toBeGreaterThan(0.05);
});

/** Share of dark pictures in a batch. */
async function darkShare(changes: Partial<ClipStageOptions>): Promise<number> {
  const { pixel_values } = await stageOf({ ...changes, batch: 200 }).batch(seededRandom(1));
  const dark = Array.from({ length: 200 }, (_, i) => Number(pixel_values?.data[3 * 16 * 16 * i]) < 0);
  return dark.filter(Boolean).length / 200;
}

const [light, dark] = [255, 0].map((byte) => images.map(() => grey(byte)));

test('half of the pictures are as the autoencoder leaves them, where there are such', async () => {
  const soft = { drawings, images: light!, softened: dark! };
  const share = await darkShare({ ...soft, unusual: soft });
  expect(share).toBeGreaterThan(0.4);
  expect(share).toBeLessThan(0.6);
});

test('three in ten pictures are in colours that the model has never seen', async () => {
  const share = await darkShare({ images: light!, unusual: { drawings, images: dark! } });
  expect(share).toBeGreaterThan(0.22);
  expect(share).toBeLessThan(0.38);
});

/** The place of each one's own among all others, by falling cosine and averaged: 0 where it is always the nearest. */
function meanRank(ones: readonly Float32Array[], others: readonly Float32Array[]): number {
  const ranks = ones.map((one, own) => {
    const cosines = others.map((other) => other.reduce((sum, value, i) => sum + value * (one[i] ?? 0), 0));
    return cosines.filter((cosine) => cosine > (cosines[own] ?? 0)).length;
  });
  return ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length;
}

async function trained(steps: number): Promise<Trainer> {
  const stage = stageOf();
  const net = stage.net(seededRandom(1), undefined);
  const trainer = await createTrainer({
    graph: net.builder.build(),
    parts: 1,
    parameters: net.parameters,
    averageDecay: 0.9,
    weightDecay: stage.weightDecay,
  });
  for (let step = 0; step < steps; step++) await trainer.step(await stage.batch(seededRandom(step)), 4e-3);
  return trainer;
}

test('what is trained, exported and opened finds pictures by their captions, and captions by their pictures', async () => {
  const trainer = await trained(60);
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-clip-'));
  await exportClip(folder, trainer.average, config);
  const clip = await openClip(runtime, folder);
  const random = seededRandom(99);
  const longest = (a: string, b: string) => (b.length > a.length ? b : a);
  const captions = drawings.map((drawing) =>
    Array.from({ length: 6 }, () => captionsFor(drawing, random)).reduce(longest),
  );
  const [pictures, texts] = [await clip.imageEmbeddings(images), await clip.textEmbeddings(captions)];
  const byChance = (drawings.length - 1) / 2;
  expect(meanRank(texts, pictures)).toBeLessThan(byChance / 2);
  expect(meanRank(pictures, texts)).toBeLessThan(byChance / 2);
  await clip.release();
  await rm(folder, { recursive: true });
  const { format, width, height } = await sharp(await stageOf().sheet(trainer)).metadata();
  expect([format, width, height]).toEqual(['png', 8 * 18 * 2, sheetPrompts.length * 18 * 2]);
  await trainer.close();
});
