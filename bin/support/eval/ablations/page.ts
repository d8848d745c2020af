import { readFile } from 'node:fs/promises';
import { raise } from '../../../../src/result.ts';
import { writeWhole } from '../../../../src/write-whole.ts';

const begin = '<!-- Written by npm run eval:cns -- --write-docs -->';
const end = '<!-- Until here -->';

/** A page with `text` in place of what stands between its two marks. Raises 'invalid-file' where it lacks one. */
export function withTables(page: string, text: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from)
    raise('invalid-file', `The page has no place for the tables: put "${begin}" and "${end}" into it.`);
  return `${page.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${page.slice(to)}`;
}

/** Writes the tables into a page. */
export async function writeTables(path: string, text: string): Promise<void> {
  await writeWhole(path, withTables(await readFile(path, 'utf8'), text));
}
