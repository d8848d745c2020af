import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

function told(program: string, word: string): Promise<readonly [status: unknown, said: string]> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', `bin/${program}.ts`, word],
      { cwd: root, env: { ...process.env, PORT: 'none' } },
      (error, stdout, stderr) => resolve([error?.code ?? 0, stdout + stderr]),
    );
  });
}

test.each([
  ['start', 'npm start\n'],
  ['worker', 'npm run worker\n'],
  ['setup-gpu', 'npm run setup:gpu\n'],
])('%s tells what it does where it is asked, and begins nothing then', async (program, first) => {
  const [status, said] = await told(program, '--help');
  expect([status, said.slice(0, first.length)]).toEqual([0, first]);
  const [refused, why] = await told(program, '--prot');
  expect([refused, why]).toEqual([1, expect.stringMatching(/^Unknown option '--prot'/)]);
});
