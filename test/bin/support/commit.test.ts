import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commitHash } from '../../../bin/support/commit.ts';

let clone: string;
beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), 'keepsake-commit-'));
});
afterAll(() => rm(clone, { recursive: true }));

const git = (...words: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.org', ...words], {
    cwd: clone,
    encoding: 'utf8',
  }).trim();

test('a record’s commit is the one checked out, and says where files were changed since', async () => {
  expect(commitHash(clone)).toBeNull();
  git('init', '--quiet');
  await writeFile(join(clone, 'measured.ts'), 'export const steps = 300;\n');
  git('add', '.');
  git('commit', '--quiet', '--message', 'Measure');
  const hash = git('rev-parse', 'HEAD');
  expect(hash).toMatch(/^[0-9a-f]{40}$/);
  expect(commitHash(clone)).toBe(hash);

  await writeFile(join(clone, 'a-run.log'), 'not part of it\n');
  expect(commitHash(clone)).toBe(hash);

  await writeFile(join(clone, 'measured.ts'), 'export const steps = 301;\n');
  expect(commitHash(clone)).toBe(`${hash}-dirty`);
  git('commit', '--quiet', '--all', '--message', 'Measure another');
  expect(commitHash(clone)).toBe(git('rev-parse', 'HEAD'));
});
