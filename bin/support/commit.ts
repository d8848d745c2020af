import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The commit that is checked out, or null where this is no clone or there is no git. */
export function commitHash(): string | null {
  const { status, stdout } = spawnSync('git', ['rev-parse', 'HEAD'], {
    cwd: join(import.meta.dirname, '../..'),
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : null;
}
