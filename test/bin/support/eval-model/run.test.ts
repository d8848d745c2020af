import { cp, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keptPictures } from '../../../../bin/support/eval/archive.ts';
import type { Openers } from '../../../../bin/support/eval-model/judges.ts';
import { type ModelEvaluationOptions, runModelEvaluation } from '../../../../bin/support/eval-model/run.ts';
import { openAutoencoder } from '../../../../src/diffusion/autoencoder.ts';
import { draw } from '../../../../src/diffusion/draw.ts';
import { openModel } from '../../../../src/diffusion/model.ts';
import { readModelFolder } from '../../../../src/diffusion/model-folder.ts';
import { untaught } from '../../../../src/diffusion/taught-model.ts';
import {
  heldOutDrawings,
  heldOutParticulars,
  promptScripts,
} from '../../../../src/evaluation/base-model/held-out.ts';
import type { ModelReport } from '../../../../src/evaluation/base-model/report.ts';
import { staged } from '../../../../src/evaluation/scripts/script.ts';
import type { Reading } from '../../../../src/judges/reader.ts';
import type { PixelImage } from '../../../../src/pictures/image.ts';
import { createRuntime } from '../../../../src/runtime/session.ts';
import { type Drawing, renderPixels, seededRandom } from '../../../../src/world/index.ts';
import { encoderOf, readingOf } from '../../../evaluation/stand-ins.ts';

const tiny = join(import.meta.dirname, '../../../fixtures/tiny-sd');
const settings = {
  drawings: 3,
  readDrawings: 4,
  prompts: 20,
  pairs: 32,
  drawingSteps: 1,
  guidanceScale: 2,
};

let out: string;
let pixels: number;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'keepsake-eval-model-'));
  pixels = (await readModelFolder(tiny)).pixels.width;
});
afterAll(() => rm(out, { recursive: true }));

function options(change: Partial<ModelEvaluationOptions> = {}): ModelEvaluationOptions {
  return {
    out,
    model: tiny,
    settings,
    command: 'npm run eval:model',
    provider: 'cpu',
    threads: 1,
    signal: new AbortController().signal,
    ...change,
  };
}

const reportIn = async (folder: string) =>
  JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as ModelReport;

/** The files of drawn pictures, and when each was written last. */
async function drawnFiles(folder = out): Promise<readonly (readonly [string, number])[]> {
  const files = (await readdir(join(folder, 'pictures'))).filter((file) => file.endsWith('.safetensors'));
  return Promise.all(
    files
      .toSorted()
      .map(async (file) => [file, (await stat(join(folder, 'pictures', file))).mtimeMs] as const),
  );
}

/** Of the values of two pictures; their last bits may differ. */
function meanDifference(one: PixelImage | undefined, other: PixelImage | undefined): number {
  const differences = Array.from(one?.rgb ?? [], (value, i) => Math.abs(value - (other?.rgb[i] ?? 0)));
  return differences.reduce((sum, value) => sum + value, 0) / differences.length;
}

const keyOf = ({ rgb }: PixelImage) => Buffer.from(rgb).toString('base64');
const nothing = readingOf(staged({ figures: [] }, seededRandom(1)));

/** Judges who know held-out drawings by their pixels and captions by heart, and see an empty park in all else. */
async function knowingJudges(): Promise<Openers> {
  const readings = new Map<string, Reading>();
  const places = new Map<string, number>();
  const rendered = async (drawing: Drawing) => keyOf(await renderPixels(drawing, pixels));
  for (const drawing of [...heldOutDrawings(4), ...heldOutParticulars(4)])
    readings.set(await rendered(drawing), readingOf(drawing));
  for (const [place, { text, drawing }] of promptScripts(32).entries()) {
    const key = await rendered(drawing);
    readings.set(key, readingOf(drawing));
    places.set(key, place).set(text, place);
  }
  const along = (key: string) => Float32Array.from({ length: 32 }, (_, i) => Number(i === places.get(key)));
  return {
    openClip: async () => encoderOf((image) => along(keyOf(image)), along),
    openReader: async () => ({
      read: async (images) => images.map((image) => readings.get(keyOf(image)) ?? nothing),
      release: async () => {},
    }),
  };
}

describe('npm run eval:model', () => {
  test('without judges measures the autoencoder, draws twelve pictures, and says what it could not', async () => {
    const told = await runModelEvaluation(options());
    const report = await reportIn(out);
    expect(told).toContain('There is no reader/');
    expect(told).toContain('There is no clip/');
    expect([report.reader, report.prompts, report.pair]).toEqual([null, null, null]);
    expect(report.verdicts.filter(({ reached }) => reached !== null)).toHaveLength(1);
    expect(report.pictures.map(({ seed }) => seed)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(report.pictures.map(({ prompt }) => prompt)).toEqual(promptScripts(12).map(({ text }) => text));
    expect(await readFile(join(out, 'model.md'), 'utf8')).toContain('Not measured.');
    for (const file of ['pictures.png', 'pictures.webp'])
      expect((await sharp(join(out, file)).metadata()).width).toBeGreaterThan(4 * 256);
    expect(await drawnFiles()).toHaveLength(1);
  }, 300_000);

  test('draws each prompt from its number as the seed', async () => {
    const [[file]] = (await drawnFiles()) as [readonly [string, number]];
    const kept = await keptPictures(join(out, 'pictures', file));
    const base = await openModel(createRuntime({ threads: 1 }), tiny);
    const { sampler } = base.folder;
    const request = { negativePrompt: '', count: 1, steps: 1, guidanceScale: 2, sampler };
    for (const number of [0, 5]) {
      const prompt = promptScripts(12)[number]?.text ?? '';
      const hooks = { turn: async <T>(action: () => T | Promise<T>) => action(), onStep() {} };
      const { images } = await draw(untaught(base), { ...request, prompt, seed: number }, hooks);
      expect(meanDifference(images[0], kept?.[number])).toBeLessThan(0.1);
      expect(meanDifference(images[0], kept?.[number + 1])).toBeGreaterThan(5);
    }
    await base.release();
  }, 300_000);

  test('tells of the autoencoder what encoding and decoding the drawings tells', async () => {
    const autoencoder = await openAutoencoder(createRuntime({ threads: 1 }), await readModelFolder(tiny));
    let sum = 0;
    for (const drawing of heldOutDrawings(3)) {
      const image = await renderPixels(drawing, pixels);
      const [decoded] = await autoencoder.decode(await autoencoder.encode([image]));
      const differences = Array.from(image.rgb, (value, i) => value - (decoded?.rgb[i] as number));
      sum +=
        20 * Math.log10(255 / Math.sqrt(differences.reduce((all, d) => all + d * d, 0) / differences.length));
    }
    await autoencoder.release();
    expect((await reportIn(out)).autoencoder?.psnr).toBeCloseTo(sum / 3, 2);
  }, 300_000);

  test('with judges measures all, and draws nothing again that is there', async () => {
    const before = await drawnFiles();
    const told = await runModelEvaluation(
      options({
        clip: join(tiny, 'tokenizer'),
        reader: join(tiny, 'scheduler'),
        openers: await knowingJudges(),
      }),
    );
    const { reader, prompts, pair, hashes, missing } = await reportIn(out);
    expect(await drawnFiles()).toEqual(expect.arrayContaining([...before]));
    expect(await drawnFiles()).toHaveLength(2);
    expect(missing).toEqual([]);
    expect(told).not.toContain('not measured');
    expect([hashes.clip, hashes.reader]).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}$/),
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
    for (const { all } of [...(reader?.heldOut ?? []), ...(reader?.particulars ?? [])])
      expect(all).toEqual({ pictures: 4, right: 4 });
    expect(pair).toEqual({ pairs: 32, among: 32, captionFound: 100, pictureFound: 100 });
    expect(prompts?.each.map(({ text }) => text)).toEqual(promptScripts(20).map(({ text }) => text));
    const inPark = promptScripts(20).filter(({ text }) => /park/.test(text)).length;
    const plain = promptScripts(20).filter(({ text }) => /sketchbook|flat/.test(text)).length;
    const { attributes, found } = prompts?.groups.all ?? { attributes: 0, found: {} };
    expect(found.drawing).toBe(100);
    expect(found.drawn).toBeCloseTo((100 * (inPark + plain)) / attributes, 9);
    expect(found.reconstruction).toBeCloseTo((100 * (inPark + plain)) / attributes, 9);
  }, 300_000);

  test('does without the autoencoder where the model came without its encoder', async () => {
    const model = join(out, 'without-encoder');
    await cp(tiny, model, { recursive: true, filter: (path) => !path.includes('vae_encoder') });
    const folder = join(out, 'elsewhere');
    const told = await runModelEvaluation(options({ model, out: folder }));
    expect(told).toContain('without vae_encoder');
    expect((await reportIn(folder)).autoencoder).toBeNull();
  }, 300_000);

  test('stopped in the middle keeps the pictures and says how to go on', async () => {
    const folder = join(out, 'stopped');
    const stopping = new AbortController();
    const run = runModelEvaluation(
      options({
        out: folder,
        settings: { ...settings, prompts: 160 },
        reader: join(tiny, 'scheduler'),
        openers: await knowingJudges(),
        signal: stopping.signal,
      }),
    ).catch((error: Error) => error.message);
    while ((await drawnFiles(folder).catch(() => [])).length === 0) await delay(5);
    stopping.abort();
    expect(await run).toContain('run the same command again');
    expect(await readdir(folder)).toEqual(['pictures']);
  }, 300_000);

  test('refuses a judge’s folder that was named and is not there', async () => {
    const nowhere = join(out, 'nowhere');
    await expect(runModelEvaluation(options({ reader: nowhere }))).rejects.toThrow('--reader');
    await expect(runModelEvaluation(options({ clip: nowhere }))).rejects.toThrow('--clip');
  }, 300_000);
});
