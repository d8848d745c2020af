import { expect, it } from 'vitest';
import { scratchFolder, storeIn } from './sample.ts';

it('records of a platform are its own, and there after a restart', async () => {
  const folder = await scratchFolder();
  const first = await storeIn(folder);
  await first.platform('slack').write('installation-T1', { token: 'sealed' });
  await first.platform('slack').write('installation-T2', ['another']);
  await first.close();
  const { platform } = await storeIn(folder);
  expect(await platform('slack').read('installation-T1')).toEqual({ token: 'sealed' });
  expect(await platform('discord').read('installation-T1')).toBeUndefined();
  await platform('slack').remove('installation-T1');
  expect(await platform('slack').read('installation-T1')).toBeUndefined();
  expect(await platform('slack').read('installation-T2')).toEqual(['another']);
});

it('records of a platform outlive its servers, and a server’s own records are none of them', async () => {
  const { platform, records, concepts } = await storeIn(await scratchFolder());
  await platform('slack').write('settings', 'of the platform');
  await records.write('slack', ['settings'], 'of a server');
  await records.write('platform/slack', ['settings'], 'of another');
  expect(await platform('slack').read('settings')).toBe('of the platform');
  await concepts.erase('slack');
  await concepts.erase('platform/slack');
  expect(await platform('slack').read('settings')).toBe('of the platform');
});

it('records of a platform are found by how their names begin', async () => {
  const { platform } = await storeIn(await scratchFolder());
  for (const [name, value] of Object.entries({ 'team-T1': 1, 'team-T2': [2], teams: 3, 'samples-T1': 4 }))
    await platform('slack').write(name, value);
  await platform('discord').write('team-T3', 5);
  expect(await platform('slack').under('team-')).toEqual(
    new Map<string, unknown>([
      ['T1', 1],
      ['T2', [2]],
    ]),
  );
});

it.each(['', 'a/b', '../a', 'a b', 'x'.repeat(101), 'naïve'])(
  'no record of a platform is called “%s”',
  async (name) => {
    const slack = (await storeIn(await scratchFolder())).platform('slack');
    await expect(async () => slack.write(name, 1)).rejects.toThrow(RangeError);
    await expect(async () => slack.read(name)).rejects.toThrow(RangeError);
  },
);

it('a record of a platform has a limit', async () => {
  const slack = (await storeIn(await scratchFolder())).platform('slack');
  await expect(slack.write('long', 'x'.repeat(256 * 1024))).rejects.toThrow(RangeError);
  expect(await slack.read('long')).toBeUndefined();
});
