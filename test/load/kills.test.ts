import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('a number of kills that is none ends the command, and is not taken for no kill and so no fault', async () => {
  const run = promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'test/load/kills.ts', 'ten'],
    { cwd: join(import.meta.dirname, '../..') },
  );
  await expect(run).rejects.toMatchObject({
    code: 1,
    stderr: 'KILLS is a whole number from 1 to 1000000, not ten.\n',
  });
});
