import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * The commit that is checked out, followed by `-dirty` where files of it were changed since, as `git describe` has it; null where this is
 * no clone or there is no git.
 */
export function commitHash(): string | null {
  const hash = git('rev-parse', 'HEAD');
  if (hash === null) return null;
  return git('status', '--porcelain', '--untracked-files=no') === '' ? hash : `${hash}-dirty`;
}

function git(...words: readonly string[]): string | null {
  const { status, stdout } = spawnSync('git', words, {
    cwd: join(import.meta.dirname, '../..'),
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : null;
}
