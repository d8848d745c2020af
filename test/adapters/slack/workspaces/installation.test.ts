import { expect, onTestFinished, test } from 'vitest';
import { createSlackAdapter } from '../../../../adapters/slack/adapter.ts';
import { manifestOf } from '../../../../adapters/slack/manifest/manifest.ts';
import { createSeal } from '../../../../adapters/slack/workspaces/seal.ts';
import { createBot } from '../../../../commands/bot/bot.ts';
import { loadCommands } from '../../../../commands/index.ts';
import type { Ledger, PlatformRecords } from '../../../../model-store/store.ts';
import { createMoment } from '../../../fakes/moment.ts';
import { createFakeJobs, createFakePlatformRecords } from '../../../fakes/records.ts';
import { type FakeSlack, startFakeSlack } from '../../../fakes/slack/index.ts';
import { createFakeStudio, drawing, png } from '../../../fakes/studio.ts';
import { scratchFolder, storeIn } from '../../../model-store/sample.ts';
import { addressIn, key, manyOptions, quickTimes } from '../platform.ts';

interface OpenOptions {
  /** Slack and what was kept of it, of an earlier bot. */
  readonly at?: { readonly slack: FakeSlack; readonly records: ReturnType<typeof createFakePlatformRecords> };
  readonly key?: Uint8Array;
  readonly ledger?: Ledger;
  /** What the bot finds of the records. */
  readonly found?: Partial<PlatformRecords>;
}

async function open({ at, key: own = key, ledger, found }: OpenOptions = {}) {
  const moment = createMoment();
  const studio = createFakeStudio({ onStep: moment.over });
  const slack = at?.slack ?? (await startFakeSlack());
  const log = { info: () => {}, error: () => {} };
  const commands = await loadCommands();
  const bot = createBot({ commands, studio, jobs: createFakeJobs(), log, ...(ledger && { ledger }) });
  slack.use(manifestOf(bot.commands, { kind: 'http', address: 'https://bot.example' }));
  const records = at?.records ?? createFakePlatformRecords();
  const { way, ...rest } = manyOptions(slack);
  const adapter = createSlackAdapter({
    bot,
    log,
    records: { ...records, ...found },
    times: quickTimes,
    farewell: 100,
    ...rest,
    way: { ...way, key: own },
  });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    bot.stop();
    stopped ??= adapter.stop();
    return stopped;
  };
  onTestFinished(async () => {
    await stop();
    if (!at) await slack.stop();
  });
  const address = addressIn(await adapter.start());
  slack.delivery.address = `${address}/slack/events`;
  return { studio, slack, records, address, stop, hold: moment.hold };
}

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

test('a workspace that takes the app out loses its installation, and its concepts are due to be deleted', async () => {
  const { slack, address, records, studio } = await open();
  const [team, other] = ['kitchen', 'attic'].map((name) => slack.team(name, { installed: false }));
  await slack.install(address, team!);
  await slack.install(address, other!);
  await slack.uninstall(team!);
  await expect.poll(() => [...records.kept.keys()]).toEqual([`installation-${other!.id}`]);
  await expect.poll(() => studio.moves).toContain(`-slack:${team!.id}`);
  expect(studio.moves).not.toContain(`-slack:${other!.id}`);
  const ada = slack.person(team!, 'ada');
  // What was on its way when the app was taken out still comes.
  team!.scopes = new Set(['commands']);
  const sent = ada.slash([...team!.channels.keys()][0]!, '/imagine', 'a dog');
  await sent.delivered;
  expect(studio.asked).toEqual([]);
  await slack.install(address, team!);
  expect(studio.moves.at(-1)).toBe(`+slack:${team!.id}`);
});

test('a member who takes their own token back leaves the workspace as it is', async () => {
  const { slack, address, records, studio } = await open();
  const team = slack.team('kitchen', { installed: false });
  await slack.install(address, team);
  await slack.tell(team, { type: 'tokens_revoked', tokens: { oauth: ['U0ADA'], bot: [] } });
  await slack.tell(team, { type: 'tokens_revoked', tokens: { oauth: ['U0ADA'] } });
  expect([...records.kept.keys()]).toEqual([`installation-${team.id}`]);
  expect(studio.moves).toEqual([`+slack:${team.id}`]);
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
  let asked = 0;
  const read: PlatformRecords['read'] = async () => {
    asked++;
    throw new Error('the store does not answer');
  };
  const second = await open({ at: first, ledger, found: { read } });
  await expect.poll(() => asked).toBe(3);
  await second.stop();
  expect(await ledger.list('dead')).toEqual([]);
  await open({ at: first, ledger });
  await expect.poll(() => ledger.list('order')).toEqual([]);
  expect(pictures()).toBe(1);
});
