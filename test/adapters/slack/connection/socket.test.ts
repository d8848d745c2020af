import { expect, test } from 'vitest';
import { shownOf } from '../../../fakes/slack/shown.ts';
import { openHouse } from '../house.ts';

test('over Socket Mode everything comes and is answered without a public address', async () => {
  const { ada, channel, greeting, studio, form, picture, answer } = await openHouse({ kind: 'socket' });
  expect(greeting).toBe('On Slack as keepsake, in the workspace kitchen.');
  const opened = await form(ada.slash(channel.id, '/teach', 'dog'));
  ada.submit(opened, { files: [ada.upload(await picture())] });
  expect(shownOf((await answer(ada)).state).text).toContain('I learnt <new1> dog');
  expect(studio.asked).toHaveLength(1);
});

test('what Slack sends again over Socket Mode is answered once', async () => {
  const { ada, channel, answer, studio } = await openHouse({ kind: 'socket' });
  const sent = ada.slash(channel.id, '/imagine', 'a dog');
  await answer(ada);
  expect((await sent.again({ retry: 1 })).status).toBe(200);
  expect(studio.asked).toHaveLength(1);
});

test('a connection that Slack ends is opened again, also where that fails at first', async () => {
  const { ada, channel, answer, slack } = await openHouse({ kind: 'socket' });
  slack.faults.next('apps.connections.open', { error: 'internal_error' });
  slack.faults.next('apps.connections.open', { cut: 'before' });
  const opened = slack.wire.of('apps.connections.open').length;
  slack.sockets.recycle();
  await slack.wire.until(
    () => slack.wire.of('apps.connections.open').length === opened + 3 && slack.sockets.connected === 1,
  );
  ada.slash(channel.id, '/imagine', 'a dog');
  expect(shownOf((await answer(ada)).state).text).toContain('a dog');
});

test('a workspace that takes its own app out is due to be deleted too', async () => {
  const { slack, team, studio, server } = await openHouse({ kind: 'socket' });
  expect(studio.moves).toEqual([`+${server}`]);
  await slack.uninstall(team);
  await expect.poll(() => studio.moves).toContain(`-${server}`);
});
