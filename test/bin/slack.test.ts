import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSeal } from '../../adapters/slack/workspaces/seal.ts';
import { unset } from '../fakes/unset.ts';
import { scratchFolder, storeIn } from '../model-store/sample.ts';

const root = join(import.meta.dirname, '../..');
const day = 24 * 3600 * 1000;

/** What `npm run slack` writes about the folder, with these words behind it. */
function told(folder: string, key: Uint8Array, ...words: readonly string[]): Promise<string> {
  const settings = {
    DATA_DIR: folder,
    GRACE_DAYS: '2',
    SLACK_CLIENT_ID: '1.2',
    SLACK_CLIENT_SECRET: 'secret',
    SLACK_SIGNING_SECRET: 'signed',
    SLACK_ENCRYPTION_KEY: Buffer.from(key).toString('hex'),
  };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', 'bin/slack.ts', ...words],
      { cwd: root, env: { ...process.env, ...unset, ...settings } },
      (_, stdout, stderr) => resolve(stdout + stderr),
    );
  });
}

test('installations that the key does not decrypt are given up, and their workspaces are due to be deleted', async () => {
  const folder = await scratchFolder();
  const [now, before] = [7, 8].map((byte) => new Uint8Array(32).fill(byte)) as [Uint8Array, Uint8Array];
  const store = await storeIn(folder);
  for (const [team, key] of [
    ['T1', now],
    ['T2', before],
  ] as const)
    await store
      .platform('slack')
      .write(`installation-${team}`, createSeal(key).close(`installation-${team}`, '{}'));
  await store.close();

  const began = Date.now();
  expect(await told(folder, now, 'forget')).toContain('Installations given up: 1, kept: 1.');
  const { platform, servers } = await storeIn(folder);
  expect([...(await platform('slack').under('installation-')).keys()]).toEqual(['T1']);
  expect(await servers.departures.due(began + 2 * day)).toEqual([]);
  expect(await servers.departures.due(Date.now() + 2 * day)).toEqual(['slack:T2']);
});
