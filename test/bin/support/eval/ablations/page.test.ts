import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withTables } from '../../../../../bin/support/eval/ablations/page.ts';

const [begin, end] = ['<!-- Written by npm run eval:cns -- --write-docs -->', '<!-- Until here -->'];

test('tables are put where the page has its marks, in place of those before, and nothing else changes', () => {
  const page = `# One\n\n${begin}\nold\n${end}\n\n# Two\n`;
  const written = withTables(page, 'new\n');
  expect(written).toBe(`# One\n\n${begin}\n\nnew\n\n${end}\n\n# Two\n`);
  expect(withTables(written, 'new')).toBe(written);
});

test('a page without marks, or with only one, is refused with what to put into it', () => {
  for (const page of ['# One\n', begin, end, `${end}\n${begin}`])
    expect(() => withTables(page, 'new')).toThrow(begin);
});

test('docs/cns.md has its marks', () => {
  const page = readFileSync(new URL('../../../../../docs/cns.md', import.meta.url), 'utf8');
  expect(withTables(page, 'tables')).toContain(`${begin}\n\ntables\n\n${end}`);
});
