import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cnsDefaults } from '../../../src/personalize/methods/cns.ts';

const page = readFileSync(new URL('../../../docs/cns.md', import.meta.url), 'utf8');

test('the table of settings in docs/cns.md has the values of the code, every one and no other', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| ([^|]+) \| [^|]+ \|$/gm)];
  const values = Object.entries(cnsDefaults).map(([name, value]) => [name, String(value)]);
  expect(Object.fromEntries(rows.map(([, name, value]) => [name, value]))).toEqual(
    Object.fromEntries(values),
  );
});

test('the share of a row that the page calls general is that of the code', () => {
  expect(page).toContain(`General neurons are the best ${100 * cnsDefaults.generalShare} % of each row`);
});
