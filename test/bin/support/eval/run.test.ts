import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fingerprintOf } from '../../../../bin/support/eval/context.ts';
import { claimFolder } from '../../../../bin/support/eval/fingerprint.ts';
import type { Report } from '../../../../bin/support/eval/report.ts';
import { type EvaluationOptions, runEvaluation } from '../../../../bin/support/eval/run.ts';
import { quickEvaluation } from '../../../../src/evaluation/settings.ts';
import { least, tiny, tinyPlace, writtenIn } from './tiny-place.ts';

const settings = { ...quickEvaluation, ...least, checkpoints: [], sheetPictures: 1, lessonSteps: 1 };

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'keepsake-eval-'));
});
afterAll(() => rm(out, { recursive: true }));

function options(change: Partial<EvaluationOptions> = {}): EvaluationOptions {
  const command = 'npm run eval';
  return { ...tinyPlace(out), methods: ['textual-inversion'], settings, command, ...change };
}

const written = () => writtenIn(out);
const kept = (files: ReadonlyMap<string, number>) =>
  [...files].filter(([path]) => /streams|base|bounds/.test(path));

describe('npm run eval', () => {
  test('stopped in the middle ends with what to do, and keeps what is done', async () => {
    const stopping = new AbortController();
    const lesson = join(out, 'streams/textual-inversion/order-1/01.lesson.json');
    const run = runEvaluation(options({ signal: stopping.signal })).catch((error: Error) => error.message);
    while (!existsSync(lesson)) await delay(20);
    stopping.abort();
    expect(await run).toContain('run the same command again');
    expect([...(await written()).keys()].filter((file) => file.endsWith('table.md'))).toEqual([]);
  }, 300_000);

  test('goes on where it was stopped, and ends with tables, chart, sheet and every number', async () => {
    const before = kept(await written());
    expect(before.length).toBeGreaterThan(2);
    const table = await runEvaluation(options());
    const after = await written();
    for (const [path, time] of before) expect([path, after.get(path)]).toEqual([path, time]);
    const report = JSON.parse(await readFile(join(out, 'table.json'), 'utf8')) as Report;
    expect(report.streams.map(({ method, order }) => [method, order])).toEqual([['textual-inversion', 1]]);
    const [{ stops, lessons }] = report.streams as [Report['streams'][number]];
    expect(lessons.map(({ token, seed }) => [token, seed])).toEqual([
      ['<new1>', 1],
      ['<new2>', 2],
    ]);
    expect(stops.map(({ concepts }) => concepts.length)).toEqual([1, 2]);
    expect(stops.map(({ drift }) => drift?.prompts.length)).toEqual([undefined, 3]);
    expect(stops.map(({ leaks }) => leaks?.length)).toEqual([undefined, 2]);
    expect(stops.map(({ multi }) => multi?.map(({ tokens }) => tokens.length))).toEqual([undefined, [2]]);
    expect(report.rows.map(({ composing }) => composing)).toEqual([{ bytes: 0, seconds: 0 }]);
    expect(report.bounds.map(({ bound }) => bound)).toEqual(['itself', 'another', 'base']);
    for (const { measured } of report.bounds) {
      expect(measured.concepts.map(({ prompts }) => prompts.length)).toEqual([4, 4]);
      expect(measured.multi.map((scores) => scores.map(({ tokens }) => tokens.length))).toEqual([[2]]);
    }
    expect(table).toContain('| Textual Inversion | ');
    expect(table).toContain('| the base model, class words for tokens | ');
    expect(await readFile(join(out, 'table.md'), 'utf8')).toBe(table);
    for (const picture of ['forgetting.png', 'sheet.png'])
      expect((await sharp(join(out, picture)).metadata()).width).toBeGreaterThan(100);
  }, 300_000);

  test('does nothing twice', async () => {
    const before = kept(await written());
    await runEvaluation(options());
    expect(kept(await written())).toEqual(before);
  });

  test('makes its tables anew of what was measured alone, without a concept or a picture of the base model', async () => {
    const table = await readFile(join(out, 'table.md'), 'utf8');
    const measured = [...(await written()).keys()]
      .map((path) => relative(out, path))
      .filter((path) => /\.json$|sheet\.safetensors$/.test(path));
    const elsewhere = await mkdtemp(join(tmpdir(), 'keepsake-eval-'));
    try {
      for (const path of measured) {
        await mkdir(join(elsewhere, dirname(path)), { recursive: true });
        await copyFile(join(out, path), join(elsewhere, path));
      }
      expect(await runEvaluation(options({ out: elsewhere }))).toBe(table);
      expect(
        (await writtenIn(elsewhere))
          .keys()
          .toArray()
          .filter((path) => path.includes('base/')),
      ).toEqual([]);
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });

  test('refuses other settings, other judges or none for the same folder, and says which', async () => {
    const other = options({ settings: { ...settings, driftPrompts: 4 } });
    await expect(runEvaluation(other)).rejects.toThrow('driftPrompts');
    await expect(runEvaluation(options({ clip: join(tiny, 'unet') }))).rejects.toThrow('(clip)');
    await expect(runEvaluation(options({ reader: join(tiny, 'nowhere') }))).rejects.toThrow('--reader');
  });

  test('has other judges measure anew what was taught, and teaches nothing twice', async () => {
    const before = await written();
    const others = options({ clip: join(tiny, 'unet') });
    await expect(runEvaluation(others)).rejects.toThrow('--judge-anew');
    const anew = { ...others, judgeAnew: true };
    await expect(runEvaluation({ ...anew, settings: { ...settings, driftPrompts: 4 } })).rejects.toThrow(
      'driftPrompts, clip',
    );
    expect(await written()).toEqual(before);
    await runEvaluation(anew);
    const after = await written();
    const isMeasured = (path: string) => /measures\.json$|bounds/.test(path);
    for (const [path, time] of kept(before))
      expect([path, after.get(path) !== time]).toEqual([path, isMeasured(path)]);
    await runEvaluation(others);
    await expect(runEvaluation(options())).rejects.toThrow('(clip)');
    const byOtherPrompts = { ...others, settings: { ...settings, seed: 1 } };
    await expect(runEvaluation(byOtherPrompts)).rejects.toThrow('(seed)');
    await expect(runEvaluation({ ...byOtherPrompts, provider: 'cuda' })).rejects.toThrow('CUDA');
  }, 300_000);

  test('is not gone on with on a GPU where it was begun on the CPU, not even to be judged anew', async () => {
    const begun = await fingerprintOf(options({ clip: join(tiny, 'unet') }));
    await claimFolder(out, begun, false);
    await expect(claimFolder(out, { ...begun, provider: 'cuda' }, true)).rejects.toThrow('(provider)');
  });
});
