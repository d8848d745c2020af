import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const scripts: Record<string, string> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts;

test('README tells what each folder of the source is for, and of no other', () => {
  const told = [...readme.matchAll(/^\| `src\/([^`]+)` \|/gm)].map(([, folder]) => folder);
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((one) => one.isDirectory());
  expect(told.sort()).toEqual(folders.map(({ name }) => name).sort());
});

test('README tells of every command of package.json and of every slash command, and of no other', () => {
  const words = [...readme.matchAll(/`([^`\n]+)`|^npm (?:run )?(.*)$/gm)].map(
    ([, code = '', line = '']) => code || line,
  );
  const told = new Set(words.map((word) => word.replace(/^npm (run )?/, '').split(' ')[0]));
  const unsaid = Object.keys(scripts).filter((name) => !told.has(name) && !untold.has(name));
  expect(unsaid).toEqual([]);
  const commands = readdirSync(join(root, 'commands')).filter(
    (file) => file.endsWith('.ts') && !parts.has(file),
  );
  for (const file of commands) expect(readme).toContain(`\`/${file.replace('.ts', '')}`);
});

const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...readdirSync(join(root, 'docs'))]
  .filter((name) => name.endsWith('.md'))
  .map((name) => (existsSync(join(root, name)) ? name : `docs/${name}`));

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): readonly string[] {
  const headings = readFileSync(join(root, page), 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(pages)('every link in %s to another page, a heading or a file leads there', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const lost = links.filter((link) => {
    if (link.startsWith('https://')) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    return !existsSync(join(root, target)) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
  });
  expect(lost).toEqual([]);
});

/** For those who change the code: CONTRIBUTING.md has them. */
const untold = new Set(['format']);
const parts = new Set(['command.ts', 'index.ts']);
