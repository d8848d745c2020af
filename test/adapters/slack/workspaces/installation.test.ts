import { expect, onTestFinished, test } from 'vitest';
import { createSlackAdapter } from '../../../../adapters/slack/adapter.ts';
import { manifestOf } from '../../../../adapters/slack/manifest/manifest.ts';
import { createSeal } from '../../../../adapters/slack/workspaces/seal.ts';
import { createBot } from '../../../../commands/bot/bot.ts';
import { loadCommands } from '../../../../commands/index.ts';
import { createFakeJobs, createFakePlatformRecords } from '../../../fakes/records.ts';
import { startFakeSlack } from '../../../fakes/slack/index.ts';
import { createFakeStudio, drawing, png } from '../../../fakes/studio.ts';
import { addressIn, key, manyOptions, quickTimes } from '../platform.ts';

async function open() {
  const studio = createFakeStudio();
  const slack = await startFakeSlack();
  const log = { info: () => {}, error: () => {} };
  const bot = createBot({ commands: await loadCommands(), studio, jobs: createFakeJobs(), log });
  slack.use(manifestOf(bot.commands, { kind: 'http', address: 'https://bot.example' }));
  const records = createFakePlatformRecords();
  const adapter = createSlackAdapter({ bot, log, records, times: quickTimes, ...manyOptions(slack) });
  const address = addressIn(await adapter.start());
  slack.delivery.address = `${address}/slack/events`;
  onTestFinished(async () => {
    await adapter.stop();
    await slack.stop();
  });
  return { studio, slack, records, address };
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
