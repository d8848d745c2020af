import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';

const scripts = join(import.meta.dirname, '../../scripts');

/** Writes down that it was called, takes its time, talks too much, and leaves the record that npm leaves. */
const fakeNpm = `
import { appendFileSync, copyFileSync, existsSync, mkdirSync } from 'node:fs';
appendFileSync('npm.log', process.argv.slice(2, 4).join(' ') + '\\n');
console.error('npm warn something that sounds frightening');
const pause = () => new Promise((resolve) => setTimeout(resolve, 300));
do await pause();
while (process.env.FAKE_NPM === 'waits' && !existsSync('go-on'));
if (process.env.FAKE_NPM === 'fails') {
  console.error('npm error no network');
  process.exit(3);
}
mkdirSync('node_modules', { recursive: true });
copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
`;

const entrySource = `
process.on('SIGTERM', () => process.exit(7));
console.log(JSON.stringify(process.argv.slice(2)));
if (process.argv[2] === 'heaps') console.log('heaps ' + process.env.MALLOC_ARENA_MAX + ' of blocks below ' + process.env.MALLOC_MMAP_THRESHOLD_);
if (process.argv[2] === 'wait') setInterval(() => {}, 1000);
if (process.argv[2] === 'exit') process.exitCode = 5;
`;

let project: string;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'keepsake-launch-'));
  onTestFinished(() => rm(project, { recursive: true }));
  for (const folder of ['scripts', 'bin', '.node']) await mkdir(join(project, folder));
  for (const script of ['launch.mjs', 'install-lock.mjs'])
    await copyFile(join(scripts, script), join(project, 'scripts', script));
  await writeFile(join(project, 'npm-cli.mjs'), fakeNpm);
  await writeFile(join(project, 'bin/entry.ts'), entrySource);
  await lockVersion('1.0.0');
});

const lockVersion = (version: string) =>
  writeFile(
    join(project, 'package-lock.json'),
    JSON.stringify({
      packages: { '': {}, 'node_modules/a': { version }, 'node_modules/b': { optional: true } },
    }),
  );

const record = (packages: object) =>
  mkdir(join(project, 'node_modules'), { recursive: true }).then(() =>
    writeFile(join(project, 'node_modules/.package-lock.json'), JSON.stringify({ packages })),
  );

/** What is locked has a package of development, and another that only that one uses. */
const lockWithDevelopment = (version = '1.0.0') =>
  writeFile(
    join(project, 'package-lock.json'),
    JSON.stringify({
      packages: {
        '': {},
        'node_modules/a': { version },
        'node_modules/c': { version: '1.0.0', dev: true },
        'node_modules/d': { version: '1.0.0', dev: true },
      },
    }),
  );

function start(
  args: readonly string[] = [],
  environment: Record<string, string> = {},
  entry = 'bin/entry.ts',
) {
  const child = spawn(process.execPath, [join(project, 'scripts/launch.mjs'), entry, ...args], {
    env: { ...process.env, npm_execpath: join(project, 'npm-cli.mjs'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, ended: outcome(child) };
}

async function outcome(child: ChildProcess) {
  const said = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    said.err += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, ...said };
}

/** As if nobody had touched the file for ten minutes. */
async function backdate(file: string) {
  const then = new Date(Date.now() - 600_000);
  await utimes(file, then, then);
}

const installs = async () =>
  (await readFile(join(project, 'npm.log'), 'utf8').catch(() => '')).split('\n').length - 1;

test('what is missing is installed, told in one line that nothing frightening is in', async () => {
  const { code, out, err } = await start(['a', 'b c']).ended;
  expect({ code, out }).toEqual({ code: 0, out: '["a","b c"]\n' });
  expect(err).toMatch(/^Installing the packages \(once\) … done in \d+ s\n$/);
});

test('nothing is installed or said where all is in place', async () => {
  await start().ended;
  expect((await start().ended).err).toBe('');
  expect(await installs()).toBe(1);
});

test('packages older than package-lock.json are installed anew', async () => {
  await start().ended;
  await lockVersion('2.0.0');
  await start().ended;
  expect(await installs()).toBe(2);
});

test('an install without the packages of development is left as it is', async () => {
  await lockWithDevelopment();
  await record({ 'node_modules/a': { version: '1.0.0' } });
  expect((await start().ended).err).toBe('');
  expect(await installs()).toBe(0);
});

test('an install without the packages of development has none either once it is older than package-lock.json', async () => {
  await lockWithDevelopment('2.0.0');
  await record({ 'node_modules/a': { version: '1.0.0' } });
  await start().ended;
  expect(await readFile(join(project, 'npm.log'), 'utf8')).toBe('ci --omit=dev\n');
});

test('one of the packages of development that is missing among others is installed', async () => {
  await lockWithDevelopment();
  await record({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/c': { version: '1.0.0' } });
  await start().ended;
  expect(await readFile(join(project, 'npm.log'), 'utf8')).toBe('ci --include=dev\n');
});

test('the tests have the packages of development installed', async () => {
  await lockWithDevelopment();
  await record({ 'node_modules/a': { version: '1.0.0' } });
  await copyFile(join(project, 'bin/entry.ts'), join(project, 'bin/check.ts'));
  await start([], {}, 'bin/check.ts').ended;
  expect(await readFile(join(project, 'npm.log'), 'utf8')).toBe('ci --include=dev\n');
});

test('of several launches at once one installs, and all run', async () => {
  const ends = await Promise.all([1, 2, 3].map((number) => start([`${number}`]).ended));
  expect(ends.map(({ code, out }) => [code, out])).toEqual([1, 2, 3].map((number) => [0, `["${number}"]\n`]));
  expect(await installs()).toBe(1);
});

test('a failed install shows all that npm said and what to do, and the next launch tries again', async () => {
  const failed = await start([], { FAKE_NPM: 'fails' }).ended;
  expect(failed).toMatchObject({ code: 1, out: '' });
  for (const part of ['sounds frightening', 'no network', 'run the command again'])
    expect(failed.err).toContain(part);
  expect((await start().ended).code).toBe(0);
});

test('a lock that a dead launch left behind is cleared', async () => {
  const { child, ended } = start([], { npm_execpath: join(project, 'npm-cli.none') });
  await ended;
  await writeFile(join(project, '.node/install.lock'), String(child.pid));
  expect((await start().ended).code).toBe(0);
});

test.each([
  ['names a process that is not a launch any more', String(process.pid)],
  ['a power cut left empty', ''],
])('a lock that %s is cleared, and named while it is waited for', async (_, owners) => {
  const lock = join(project, '.node/install.lock');
  await writeFile(lock, owners);
  await backdate(lock);
  const { code, err } = await start().ended;
  expect(code).toBe(0);
  expect(err).toContain(lock);
});

test('a launch that installs for long keeps its lock', async () => {
  const { ended } = start([], { FAKE_NPM: 'waits' });
  await expect.poll(installs, { timeout: 20_000 }).toBe(1);
  const lock = join(project, '.node/install.lock');
  await backdate(lock);
  const backdated = (await stat(lock)).mtimeMs;
  await expect
    .poll(async () => (await stat(lock)).mtimeMs - backdated, { timeout: 20_000 })
    .toBeGreaterThan(60_000);
  await writeFile(join(project, 'go-on'), '');
  expect((await ended).code).toBe(0);
});

test('a launch leaves the lock of another alone that has taken it over', async () => {
  const { ended } = start([], { FAKE_NPM: 'waits' });
  await expect.poll(installs, { timeout: 20_000 }).toBe(1);
  const lock = join(project, '.node/install.lock');
  await writeFile(lock, String(process.pid));
  await writeFile(join(project, 'go-on'), '');
  expect((await ended).code).toBe(0);
  expect(await readFile(lock, 'utf8')).toBe(String(process.pid));
});

test('an npm that outlives its killed launch is waited for', async () => {
  const killed = start([], { FAKE_NPM: 'waits' });
  await expect.poll(installs, { timeout: 20_000 }).toBe(1);
  killed.child.kill('SIGKILL');
  const next = start();
  await once(next.child.stderr, 'data');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await writeFile(join(project, 'go-on'), '');
  expect((await next.ended).code).toBe(0);
  expect(await installs()).toBe(1);
});

test("the entry's exit code is the command's", async () => {
  expect((await start(['exit']).ended).code).toBe(5);
});

test('the entry has few heaps of small blocks, or as somebody says', async () => {
  expect((await start(['heaps']).ended).out).toContain('heaps 2 of blocks below 131072');
  const said = { MALLOC_ARENA_MAX: '4', MALLOC_MMAP_THRESHOLD_: '65536' };
  expect((await start(['heaps'], said).ended).out).toContain('heaps 4 of blocks below 65536');
});

test('a signal reaches the entry, which decides how to end', async () => {
  const { child, ended } = start(['wait']);
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect((await ended).code).toBe(7);
});
