import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** `npm test`: lint and format, types, tests. Stops at the first that fails; ends with the number of tests. */

const root = join(import.meta.dirname, '..');
const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
});

function run(heading: string, script: string, args: readonly string[]): void {
  console.log(`\n== ${heading}`);
  const { status, error } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (error !== undefined) throw error;
  if (status !== 0) process.exitCode = status ?? 1;
}

function runTests(args: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'keepsake-check-'));
  const file = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    run('Tests', 'vitest/vitest.mjs', ['run', ...reporters, ...args]);
    const counts = report.parse(JSON.parse(readFileSync(file, 'utf8')));
    const skipped = counts.numPendingTests + counts.numTodoTests;
    console.log(
      `\n${counts.numPassedTests} passed, ${counts.numFailedTests} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

run('Lint and format', '@biomejs/biome/bin/biome', ['check', '.']);
if (!process.exitCode) run('Types', 'typescript/bin/tsc', ['-p', '.']);
if (!process.exitCode) runTests(process.argv.slice(2));
