import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * The commit that is checked out, followed by `-dirty` where files of it were changed since, as `git describe` has it; null where this is
 * no clone or there is no git.
 * @param folder of a clone, this program's own if none is named
 */
export function commitHash(folder = join(import.meta.dirname, '../..')): string | null {
  const git = gitIn(folder);
  const hash = git('rev-parse', 'HEAD');
  if (hash === null) return null;
  return git('status', '--porcelain', '--untracked-files=no') === '' ? hash : `${hash}-dirty`;
}

function gitIn(folder: string): (...words: readonly string[]) => string | null {
  return (...words) => {
    const { status, stdout } = spawnSync('git', words, { cwd: folder, encoding: 'utf8' });
    return status === 0 ? stdout.trim() : null;
  };
}
