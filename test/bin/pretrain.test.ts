import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** How `npm run pretrain` ends with these words behind it, and what it writes. */
function ended(...words: readonly string[]): Promise<{ readonly code: unknown; readonly told: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', 'bin/pretrain.ts', ...words],
      { cwd: root, timeout: 50_000 },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, told: stdout + stderr }),
    );
  });
}

test.each([
  [['--diffusion-steps', '20k'], '--diffusion-steps is a whole number from 0 to 10000000, not 20k.\n'],
  [['--seed', '126'], '--seed is a whole number from 0 to 125, not 126.\n'],
  [['--cores', '3'], '--cores is 1, 2, 4 or 8, not 3.\n'],
  [
    ['--from', 'nowhere'],
    'The model has no vae_encoder/config.json. Pretrain from a folder that pretraining wrote.\n',
  ],
])('pretraining with %j is refused in a sentence, before it begins', async (words, told) => {
  expect(await ended('--run', 'nowhere', ...words)).toEqual({ code: 1, told });
});
