import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AblationOptions,
  runAblations,
  variantJobs,
} from '../../../../../bin/support/eval/ablations/run.ts';
import { settleAll, settledOn, type Variant } from '../../../../../src/evaluation/ablation.ts';
import { ablationEvaluation } from '../../../../../src/evaluation/settings.ts';
import { cnsDefaults } from '../../../../../src/personalize/methods/cns.ts';
import { least, tiny, tinyPlace, writtenIn } from '../tiny-place.ts';

const settings = { ...ablationEvaluation, ...least, tokens: ['<new1>', '<new7>'] };

const product: Variant = { label: 'two at a time', cns: { batch: 2, steps: 1 } };
const embedding: Variant = { label: 'embedding', cns: { batch: 2, steps: 1, trained: 'embedding' } };
const one: Variant = {
  label: 'one',
  cns: { batch: 2, steps: 1 },
  lesson: { pictures: 1, captions: 'plain' },
};
const ablations = settleAll(
  new Map([
    ['trained', { question: 'What trains?', variants: [product, embedding] }],
    ['pictures', { question: 'How many?', variants: [{ ...product, label: 'five' }, one] }],
  ]),
  cnsDefaults,
);
const keyOf = (variant: Variant) => settledOn(cnsDefaults)(variant).key;

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'keepsake-eval-cns-'));
});
afterAll(() => rm(out, { recursive: true }));

function options(change: Partial<AblationOptions> = {}): AblationOptions {
  const command = 'npm run eval:cns';
  return { ...tinyPlace(out), ablations, only: ['trained'], settings, command, ...change };
}

/** When every file that a variant or the base model left was written. */
async function kept(): Promise<ReadonlyMap<string, number>> {
  return new Map([...(await writtenIn(out))].filter(([path]) => /variants|base/.test(path)));
}

const folders = async () => (await readdir(join(out, 'variants'))).toSorted();

test('a variant that several ablations ask for is one job', () => {
  const jobs = variantJobs(ablations, ['trained', 'pictures']);
  expect(jobs.map(({ label }) => label)).toEqual([
    'trained: two at a time',
    'trained: embedding',
    'pictures: one',
  ]);
  expect(variantJobs(ablations, ['pictures']).map(({ key }) => key)).toEqual([keyOf(product), keyOf(one)]);
});

describe('npm run eval:cns', () => {
  test('stopped in the middle ends with what to do, and keeps what is done', async () => {
    const stopping = new AbortController();
    const lesson = join(out, 'variants', keyOf(product), '01.lesson.json');
    const run = runAblations(options({ signal: stopping.signal })).catch((error: Error) => error.message);
    while (!existsSync(lesson)) await delay(20);
    stopping.abort();
    expect(await run).toContain('run the same command again');
  }, 300_000);

  test('goes on where it was stopped, with what it was asked for, and tells of the rest that it is not measured', async () => {
    const before = await kept();
    expect(before.size).toBeGreaterThan(2);
    const { tables, variants } = await runAblations(options());
    const after = await kept();
    for (const [path, time] of before) expect([path, after.get(path)]).toEqual([path, time]);
    expect(await folders()).toEqual([product, embedding].map(keyOf).toSorted());
    expect(Object.keys(variants).toSorted()).toEqual(await folders());
    expect(tables.trained).not.toContain('not measured yet');
    expect(tables.pictures?.match(/not measured yet/g)).toHaveLength(1);
    const told = await readFile(join(out, 'table.md'), 'utf8');
    expect(told).toContain(`${tables.trained}\n\n${tables.pictures}\n`);
  }, 300_000);

  test('teaches each variant what it asks for', async () => {
    const lesson = async (variant: Variant, position: string) =>
      JSON.parse(await readFile(join(out, 'variants', keyOf(variant), `${position}.lesson.json`), 'utf8'));
    expect(await lesson(product, '01')).toMatchObject({ token: '<new1>', steps: 1, seed: 1 });
    expect(await lesson(product, '02')).toMatchObject({ token: '<new7>', steps: 1, seed: 7 });
    expect((await lesson(product, '01')).neurons).toBeGreaterThan(500);
    expect((await lesson(embedding, '01')).neurons).toBe(0);
  });

  test('takes another ablation into the same folder, and teaches nothing twice', async () => {
    const before = await kept();
    const { tables } = await runAblations(options({ only: ['pictures'] }));
    const after = await kept();
    for (const [path, time] of before) expect([path, after.get(path)]).toEqual([path, time]);
    expect(await folders()).toEqual([product, embedding, one].map(keyOf).toSorted());
    expect(tables.pictures).not.toContain('not measured yet');
    await runAblations(options({ only: ['trained', 'pictures'] }));
    expect(await kept()).toEqual(after);
  }, 300_000);

  test('refuses other settings and missing judges as npm run eval does', async () => {
    const other = options({ settings: { ...settings, driftPrompts: 4 } });
    await expect(runAblations(other)).rejects.toThrow('driftPrompts');
    await expect(runAblations(options({ clip: join(tiny, 'nowhere') }))).rejects.toThrow(
      `There is no folder ${join(tiny, 'nowhere')}: name another with --clip.`,
    );
  });
});
