import { expect, test } from 'vitest';
import type { Fault } from '../../../fakes/slack/faults.ts';
import { open } from './many.ts';

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

test('a workspace is due to be deleted although nothing else of it can be given up', async () => {
  const remove = () => Promise.reject(new Error('the store does not answer'));
  const { slack, address, studio } = await open({ found: { remove } });
  const team = slack.team('kitchen', { installed: false });
  await slack.install(address, team);
  await slack.uninstall(team);
  await expect.poll(() => studio.moves).toContain(`-slack:${team.id}`);
});

/** A bot that was stopped, and workspaces that have installed it. */
async function stoppedIn(...names: readonly string[]) {
  const first = await open();
  const teams = names.map((name) => first.slack.team(name, { installed: false }));
  for (const team of teams) await first.slack.install(first.address, team);
  await first.stop();
  return { first, teams };
}

test('a workspace that took the app out while the bot was stopped has left after its start, and no other has', async () => {
  const { first, teams } = await stoppedIn('kitchen', 'attic', 'cellar', 'porch', 'loft', 'barn');
  const gone = teams.filter((_, index) => index % 2 === 1);
  for (const team of gone) await first.slack.uninstall(team, { reached: false });
  const { records, studio } = await open({ at: first });
  await expect
    .poll(() => [...records.kept.keys()])
    .toEqual(teams.filter((team) => !gone.includes(team)).map(({ id }) => `installation-${id}`));
  expect([...studio.moves].sort()).toEqual(gone.map(({ id }) => `-slack:${id}`).sort());
});

test.each<[string, Fault, times: number]>([
  ['refuses the token, as it does from an address that is not allowed', { error: 'invalid_auth' }, 1],
  ['says that the token has expired', { error: 'token_expired' }, 1],
  ['asks to wait', { retryAfter: 0 }, 6],
  ['fails', { status: 503 }, 3],
  ['cannot be reached', { cut: 'before' }, 3],
])('a workspace stays where Slack %s', async (_, fault, times) => {
  const { first, teams } = await stoppedIn('kitchen');
  first.slack.faults.next('auth.test', fault, times);
  const { records, studio, logged } = await open({ at: first });
  await expect.poll(() => logged).toEqual(['Slack did not say whether the app is there still']);
  expect([...records.kept.keys()]).toEqual([`installation-${teams[0]!.id}`]);
  expect(studio.moves).toEqual([]);
});

test('who installs the app again while Slack is asked whether it is there has not left', async () => {
  const { first, teams } = await stoppedIn('kitchen');
  const [team] = teams;
  await first.slack.uninstall(team!, { reached: false });
  const [asked, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const held: Fault = {
    get hold() {
      asked.resolve();
      return answered.promise;
    },
  };
  first.slack.faults.next('auth.test', held);
  const looked: string[] = [];
  const read = async (name: string) => {
    looked.push(name);
    return first.records.read(name);
  };
  const { slack, address, records, studio } = await open({ at: first, found: { read } });
  await asked.promise;
  await slack.install(address, team!);
  answered.resolve();
  const name = `installation-${team!.id}`;
  await expect.poll(() => looked).toEqual([name, name]);
  expect(studio.moves).toEqual([`+slack:${team!.id}`]);
  expect([...records.kept.keys()]).toEqual([name]);
});
