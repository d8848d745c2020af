import { afterEach, expect, test, vi } from 'vitest';
import { engineEnvironment } from '../../bin/support/engine-environment.ts';
import { startChild } from '../../src/engine/child.ts';
import { unwrap } from '../../src/result.ts';
import { hidden } from '../../src/settings/secrets.ts';
import { readSettings, settingNames } from '../../src/settings/settings.ts';

afterEach(() => vi.unstubAllEnvs());

/** What an engine process finds in its environment, as it prints it. */
async function printedWith(environment: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const child = startChild({
    handlers: new URL('./handlers-that-tell.ts', import.meta.url),
    environment,
    startMilliseconds: 60_000,
    stopMilliseconds: 10_000,
    silenceMilliseconds: 60_000,
    log: (line) => line.startsWith('{') && resolve(line),
  });
  const printed = JSON.parse(await promise) as Record<string, string>;
  await child.stop();
  return printed;
}

test('an engine process gets none of the secrets of the process that starts it, and no setting that is not its own', async () => {
  for (const name of settingNames) vi.stubEnv(name, `kept from the engine ${name}`);
  for (const name of [
    'AWS_SECRET_ACCESS_KEY',
    'PGPASSWORD',
    'NVIDIA_API_KEY',
    'GITHUB_TOKEN',
    'SSH_AUTH_SOCK',
  ])
    vi.stubEnv(name, `kept from the engine ${name}`);
  const own = engineEnvironment(unwrap(readSettings({}, '/')));
  const printed = await printedWith({ ...own, THREADS: '3' });
  expect(Object.values(printed).filter((value) => value.startsWith('kept'))).toEqual([]);
  expect(Object.keys(printed).filter((name) => hidden.has(name))).toEqual([]);
  expect(printed).toMatchObject({ ...own, THREADS: '3' });
});

test('an engine process finds libraries, its places for files and what computing is set with as the one that starts it', async () => {
  const passed = {
    LD_LIBRARY_PATH: '/somewhere/cuda',
    CUDA_VISIBLE_DEVICES: '1',
    NVIDIA_TF32_OVERRIDE: '0',
    ORT_LOGGING_LEVEL: '3',
    OMP_NUM_THREADS: '2',
    TMPDIR: '/somewhere/large',
    HOME: '/somewhere/else',
    TZ: 'Asia/Taipei',
    LC_ALL: 'C.UTF-8',
    NODE_OPTIONS: '--max-old-space-size=500',
    PICTURES_AT_ONCE: '2',
  };
  for (const [name, value] of Object.entries(passed)) vi.stubEnv(name, value);
  expect(await printedWith({ PROVIDER: 'cpu' })).toMatchObject({
    ...passed,
    PATH: process.env.PATH,
    PROVIDER: 'cpu',
  });
});
