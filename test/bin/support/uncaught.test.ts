import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const module = join(import.meta.dirname, '../../../bin/support/uncaught.ts');

/** What a process prints that ends by this. */
function last(deed: string) {
  const script = `import { endOnUncaught } from ${JSON.stringify(module)};
    endOnUncaught();
    const busy = Object.assign(new Error('BUSY running a script'), { command: { args: ['a dog in secret'] } });
    ${deed}`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  return { status, stderr };
}

test.each(['Promise.reject(busy)', 'setTimeout(() => { throw busy; })'])(
  'a mistake that nobody caught ends the bot, and says what it was but not what people typed: %s',
  (deed) => {
    const { status, stderr } = last(deed);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Error: BUSY running a script\n {4}at /m);
    expect(stderr).not.toContain('secret');
  },
);
