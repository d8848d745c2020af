import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { chromium } from './support/chromium.ts';
import { provideProgram } from './support/programs.ts';
import { postgresServer, redisServer } from './support/servers.ts';

/** `npm test`: lint and format, types, tests, with the programs that these start. Stops at the first that fails. Arguments choose tests, as for vitest. */

const root = join(import.meta.dirname, '..');
const steps = [
  ['Lint and format', '@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  ['Types', 'typescript/bin/tsc', '-p', '.'],
  ['Tests', 'vitest/vitest.mjs', 'run', ...process.argv.slice(2)],
] as const;

for (const program of [chromium, redisServer, postgresServer]) {
  const problem = provideProgram(program);
  if (problem === undefined) continue;
  console.error(problem);
  process.exit(1);
}

for (const [heading, script, ...args] of steps) {
  console.log(`\n== ${heading}`);
  const { status, error } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
