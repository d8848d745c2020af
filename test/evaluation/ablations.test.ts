import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settleAll, settledOn, type Variant } from '../../src/evaluation/ablation.ts';
import type { AblationRow } from '../../src/evaluation/ablation-row.ts';
import { ablationTables } from '../../src/evaluation/ablation-table.ts';
import { ablationNames, loadAblations } from '../../src/evaluation/ablations.ts';
import { cnsDefaults, cnsOnStableDiffusion, cnsOptionsFor } from '../../src/personalize/methods/cns.ts';

const ablations = await loadAblations();
const settle = (change: Omit<Variant, 'label'>, product = cnsDefaults) =>
  settledOn(product)({ label: 'a variant', ...change });
const page = readFileSync(new URL('../../docs/cns.md', import.meta.url), 'utf8');
const all = (name: string): readonly Variant[] => ablations.get(name)!.variants;

test('every ablation asks a question and compares the product with others, each of them different', () => {
  expect([...ablations.keys()]).toEqual(ablationNames);
  for (const [name, { question, variants }] of settleAll(ablations, cnsDefaults)) {
    expect(question).toMatch(/^[A-Z].*\?$/);
    expect([name, variants.filter(({ isProducts }) => isProducts).length]).toEqual([name, 1]);
    expect(variants.length).toBeGreaterThan(1);
    expect(new Set(variants.map(({ key }) => key)).size).toBe(variants.length);
    expect(new Set(variants.map(({ label }) => label)).size).toBe(variants.length);
  }
});

test('every setting of CNS that decides what is learned is compared in some ablation', () => {
  const asked = new Set(
    [...ablations.values()].flatMap(({ variants }) => variants.flatMap(({ cns }) => Object.keys(cns ?? {}))),
  );
  const rest = Object.keys(cnsDefaults).filter((name) => !asked.has(name));
  expect(rest).toEqual(['batch']);
});

test('a concept is taught from 1, 2, 4 and 6 pictures, and by 75, 150, 300 and 600 steps', () => {
  const pictures = all('pictures').map(({ lesson }) => lesson?.pictures);
  expect(pictures).toEqual(expect.arrayContaining([1, 2, 4, 6]));
  expect(all('steps').map(({ cns }) => cns?.steps)).toEqual([75, 150, 300, 600]);
});

test('settings are the variant’s own and the product’s for the rest', () => {
  const { cns, lesson } = settle({ cns: { steps: 75 }, lesson: { pictures: 1 } }).settings;
  expect(cns).toEqual({ ...cnsDefaults, steps: 75 });
  expect(lesson).toEqual({ pictures: 1, view: 'usual', captions: 'seen' });
});

test('on a model of Stable Diffusion’s kind the product’s are those of that kind', () => {
  const product = cnsOptionsFor({ folder: { textWidth: 768 } });
  const { cns } = settle({ cns: { share: 0.01 } }, product).settings;
  expect(cns).toEqual({ ...cnsDefaults, ...cnsOnStableDiffusion, share: 0.01 });
  expect(settle({}, product).isProducts).toBe(true);
  expect(settle({ cns: { steps: 500 } }, product).isProducts).toBe(true);
  expect(settle({ cns: { steps: 300 } }, product).isProducts).toBe(false);
  expect(settle({}, product).key).not.toBe(settle({}).key);
});

test('equal settings have one key, whatever they are called and in whatever order they stand', () => {
  const one = settle({ cns: { steps: 75, weightRate: 0.01 }, lesson: { view: 'busy' } }).key;
  const same = settle({
    lesson: { view: 'busy' },
    cns: { weightRate: 0.01, scope: 'row', steps: 75 },
  }).key;
  const others = [{ cns: { steps: 76 } }, { cns: { steps: 75 } }, { lesson: { view: 'small' } }, {}] as const;
  expect(one).toBe(same);
  expect(new Set([one, ...others.map((variant) => settle(variant).key)]).size).toBe(5);
  expect(one).toMatch(/^[0-9a-f]{12}$/);
  expect(settle({ cns: { ...cnsDefaults } }).isProducts).toBe(true);
});

const row: AblationRow = {
  neurons: 9443.4,
  overlap: 32.27,
  method: 'cns',
  orders: 1,
  single: { clipI: 81, clipT: 71, fidelity: 61 },
  multi: { clipI: 0, clipT: 0, fidelity: { 2: 52, 3: 53 }, worst: {} },
  composing: { bytes: 0, seconds: 0 },
  forgetting: { rightAfter: 64, atLast: 61, first: { rightAfter: 0, atLast: 0 }, mostLost: 4 },
  drift: { base: 91, taught: 90, likeness: 97 },
  leaks: { base: 11, taught: 12, mostGained: 0 },
  teaching: { seconds: 45, bytes: 0 },
};

test('a table has a line for each variant: the product’s in bold, and of others what was measured', () => {
  const variants = [
    { label: 'as it is' },
    { label: 'fast', cns: { steps: 75 } },
    { label: 'slow', cns: { steps: 9 } },
  ];
  const asked = settleAll(new Map([['speed', { question: 'How fast?', variants }]]), cnsDefaults);
  const rows = new Map(variants.slice(0, 2).map((variant) => [settle(variant).key, row] as const));
  const { speed = '' } = ablationTables(asked, rows);
  const [question, , head, , own, fast, slow] = speed.split('\n');
  expect([question, head?.startsWith('| `speed` | right after | after all |')]).toEqual([
    '### How fast?',
    true,
  ]);
  const cells =
    '64.00 | 61.00 | 4.00 | 81.00 | 71.00 | 52.00 | 53.00 | – | 11.00 → 12.00 | 91.00 → 90.00 | 97.00 | 9,443 | 32.27 | 45.0 s |';
  expect(own).toBe(`| **as it is** | ${cells}`);
  expect(fast).toBe(`| fast | ${cells}`);
  expect(slow).toMatch(/^\| slow \| not measured yet \|( {2}\|)+$/);
  expect(slow?.split('|').length).toBe(own?.split('|').length);
});

test('docs/cns.md has a table of every ablation, with a line for each of its variants', () => {
  for (const [name, { question, variants }] of ablations) {
    const [, section = ''] = page.split(`### ${question}\n`);
    expect(section.trimStart().startsWith(`| \`${name}\` |`)).toBe(true);
    const lines = section
      .split('\n### ')[0]!
      .split('\n')
      .filter((line) => line.startsWith('| '));
    const labels = lines
      .slice(2)
      .map((line) => line.split(' | ')[0]!.replace(/^\| /, '').replaceAll('**', ''));
    expect(labels).toEqual(variants.map(({ label }) => label));
  }
});
