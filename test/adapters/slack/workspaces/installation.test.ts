import { expect, test } from 'vitest';
import { createSeal } from '../../../../adapters/slack/workspaces/seal.ts';
import type { PlatformRecords } from '../../../../model-store/store.ts';
import { drawing, png } from '../../../fakes/studio.ts';
import { scratchFolder, storeIn } from '../../../model-store/sample.ts';
import { key } from '../platform.ts';
import { open } from './many.ts';

test('two workspaces with the same ids of users and channels know nothing of each other', async () => {
  const { slack, address, studio } = await open();
  const teams = ['kitchen', 'attic'].map((name) => slack.team(name, { installed: false, channel: 'C0SAME' }));
  const people = teams.map((team) => slack.person(team, 'ada', { id: 'U0SAME' }));
  for (const team of teams) await slack.install(address, team);
  const [first, second] = people;
  const opened = first!.slash('C0SAME', '/teach', 'dog');
  const view = await slack.wire.until(opened.view);
  first!.submit(view, { files: [first!.upload(await png(drawing(5, 'park')))] });
  await slack.wire.until(() => slack.world.messages.some(({ files }) => files.length > 0));
  second!.slash('C0SAME', '/imagine', 'a <new1> dog');
  await slack.wire.until(() =>
    slack.world.messages.some(
      ({ team, state }) => team === teams[1]!.id && state.text.includes('There is no'),
    ),
  );
  expect(studio.asked.map(({ server }) => server)).toEqual(teams.map(({ id }) => `slack:${id}`));
  const tokens = slack.wire.of('chat.postMessage').map(({ team }) => team);
  expect(new Set(tokens)).toEqual(new Set(teams.map(({ id }) => id)));
  const seen = slack.world.messages.filter(({ team }) => team === teams[1]!.id);
  expect(seen.every(({ files }) => files.length === 0)).toBe(true);
});

test('an installation is kept encrypted, and only its key opens it, for its own workspace', async () => {
  const { slack, address, records } = await open();
  const team = slack.team('kitchen', { installed: false });
  await slack.install(address, team);
  const [[name, json]] = [...records.kept] as [[string, string]];
  expect(name).toBe(`installation-${team.id}`);
  expect(json).not.toContain(team.token);
  expect(json).not.toContain(Buffer.from(team.token).toString('base64').slice(4, 20));
  const sealed = JSON.parse(json) as string;
  expect(createSeal(key).open(name, sealed)).toContain(team.token);
  expect(createSeal(key).open('installation-T0OTHER', sealed)).toBeUndefined();
  expect(createSeal(new Uint8Array(32).fill(8)).open(name, sealed)).toBeUndefined();
  const bytes = Buffer.from(sealed, 'base64');
  bytes[bytes.length - 1]! ^= 1;
  expect(createSeal(key).open(name, bytes.toString('base64'))).toBeUndefined();
});

test('the pages that install ask for the scopes of the manifest and no others', async () => {
  const { address, slack } = await open();
  const page = await fetch(`${address}/slack/install`, { redirect: 'manual' });
  const asked = new URL(page.headers.get('location')!);
  expect(asked.origin + asked.pathname).toBe('https://slack.com/oauth/v2/authorize');
  expect(asked.searchParams.get('scope')?.split(',')).toEqual(slack.world.manifest.oauth_config.scopes.bot);
});

test('an installation that another browser began is refused', async () => {
  const { slack, address, records } = await open();
  const team = slack.team('kitchen', { installed: false });
  const answer = await slack.install(address, team, { cookie: false });
  expect(answer.status).not.toBe(200);
  expect(records.kept.size).toBe(0);
});

test('an installation in a whole organisation is given back, with a page that says what to do', async () => {
  const { slack, address, records, studio } = await open();
  const team = slack.team('kitchen', { installed: false });
  const answer = await slack.install(address, team, { organisation: true });
  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain('choose a single workspace');
  expect([team.token, [...records.kept], studio.moves]).toEqual(['', [], []]);
});

test('a bot whose key is another than the one that installations were kept with says so and does not start', async () => {
  const first = await open();
  await first.slack.install(first.address, first.slack.team('kitchen', { installed: false }));
  await first.stop();
  const before = new Map(first.records.kept);
  const other = new Uint8Array(32).fill(8);
  await expect(open({ at: first, key: other })).rejects.toThrow(
    /^SLACK_ENCRYPTION_KEY does not decrypt the installations in 1 of 1 workspaces.*Set it/,
  );
  expect(first.records.kept).toEqual(before);
  await open({ at: first });
});

test('an installation whose record is damaged keeps no other workspace from the bot', async () => {
  const first = await open();
  const [team, other] = ['kitchen', 'attic'].map((name) => first.slack.team(name, { installed: false }));
  for (const one of [team!, other!]) await first.slack.install(first.address, one);
  await first.stop();
  await first.records.write(`installation-${team!.id}`, null);
  const { slack, studio } = await open({ at: first });
  slack.person(other!, 'ada').slash([...other!.channels.keys()][0]!, '/imagine', 'a dog');
  await expect.poll(() => studio.asked.map(({ server }) => server)).toEqual([`slack:${other!.id}`]);
});

/** A bot that is killed in the middle of a drawing, and the store that it kept that in. */
async function killedWhileDrawing() {
  const { ledger } = await storeIn(await scratchFolder());
  const first = await open({ ledger });
  const { slack } = first;
  const team = slack.team('kitchen', { installed: false });
  await slack.install(first.address, team);
  first.hold();
  slack.person(team, 'ada').slash([...team.channels.keys()][0]!, '/imagine', 'a dog');
  await expect.poll(async () => (await ledger.list('order')).length).toBe(1);
  const pictures = () => slack.world.messages.filter(({ files }) => files.length > 0).length;
  return { ledger, first, pictures };
}

test('a job is taken up although the store fails for a moment when it is asked where the app is installed', async () => {
  const { ledger, first, pictures } = await killedWhileDrawing();
  let failures = 2;
  const read: PlatformRecords['read'] = async (name) => {
    if (failures-- > 0) throw new Error('the store does not answer');
    return first.records.read(name);
  };
  await open({ at: first, ledger, found: { read } });
  await expect.poll(() => ledger.list('order')).toEqual([]);
  expect(pictures()).toBe(1);
  expect(failures).toBeLessThan(0);
});

test('a job is not given up where the store does not tell whether the app is installed', async () => {
  const { ledger, first, pictures } = await killedWhileDrawing();
  const read = () => Promise.reject(new Error('the store does not answer'));
  const second = await open({ at: first, ledger, found: { read } });
  await expect.poll(() => second.logged).toContain('a job could not be taken up');
  await second.stop();
  expect(await ledger.list('dead')).toEqual([]);
  await open({ at: first, ledger });
  await expect.poll(() => ledger.list('order')).toEqual([]);
  expect(pictures()).toBe(1);
});
