import { expect, onTestFinished, test, vi } from 'vitest';
import { shownOf } from '../../../fakes/slack/shown.ts';
import { openHouse } from '../house.ts';

test('the bot joins a public channel that it is not in, and answers there', async () => {
  const { ada, slack, team, answer } = await openHouse();
  const other = slack.channel(team, { name: 'open', member: false });
  ada.slash(other.id, '/imagine', 'a dog');
  const message = await answer(ada);
  expect([other.member, message.channel]).toEqual([true, other.id]);
});

test('in a private channel that it is not in, it says how to invite it before anything is drawn', async () => {
  const { ada, slack, team, texts, studio } = await openHouse();
  const closed = slack.channel(team, { name: 'closed', kind: 'private', member: false });
  ada.slash(closed.id, '/imagine', 'a dog');
  expect(await texts(ada)).toEqual([expect.stringContaining('/invite @Keepsake')]);
  expect(slack.world.messages.at(-1)?.alone).toBe(ada.user.id);
  expect(studio.asked).toEqual([]);
});

test('without the permission to join, it asks to be invited in public channels too', async () => {
  const { ada, slack, team, texts, studio } = await openHouse();
  team.scopes = new Set([...team.scopes].filter((scope) => scope !== 'channels:join'));
  const other = slack.channel(team, { name: 'open', member: false });
  ada.slash(other.id, '/imagine', 'a dog');
  expect(await texts(ada)).toEqual([expect.stringContaining('/invite @Keepsake')]);
  expect(studio.asked).toEqual([]);
});

test('a form sent from where the bot is not stays open and says how to invite it', async () => {
  const { ada, slack, team, studio, form, picture } = await openHouse();
  const closed = slack.channel(team, { name: 'closed', kind: 'private', member: false });
  const opened = await form(ada.slash(closed.id, '/teach', 'dog'));
  const sent = ada.submit(opened, { files: [ada.upload(await picture())] });
  expect((await sent.delivered).body).toMatchObject({
    response_action: 'errors',
    errors: { pictures: expect.stringContaining('/invite @Keepsake') },
  });
  expect([opened.open, studio.asked]).toEqual([true, []]);
});

test('what everyone may see and nothing is computed for is shown to the one who asked, where the bot is not', async () => {
  const { ada, slack, team, texts } = await openHouse();
  const closed = slack.channel(team, { name: 'closed', kind: 'private', member: false });
  ada.slash(closed.id, '/concepts');
  expect(await texts(ada)).toEqual([expect.stringContaining('Nothing has been taught here yet')]);
});

test('where Slack asks to wait it is waited for, and the answer comes once', async () => {
  const { ada, channel, slack, answer, studio } = await openHouse();
  slack.faults.next('chat.postMessage', { retryAfter: 1 });
  slack.faults.next('files.completeUploadExternal', { retryAfter: 1 });
  const began = Date.now();
  ada.slash(channel.id, '/imagine', 'a dog');
  const { state } = await answer(ada);
  expect(Date.now() - began).toBeGreaterThanOrEqual(2000);
  expect(shownOf(state).text).toContain('a dog');
  expect(studio.asked).toHaveLength(1);
  expect(slack.world.messages.map(({ files }) => files.length)).toEqual([0, 1]);
});

test('progress that Slack has no time for is left out, and the answer is not', async () => {
  const house = await openHouse();
  const { ada, channel, slack, answer } = house;
  slack.faults.next('chat.update', { retryAfter: 1 });
  const release = house.hold();
  ada.slash(channel.id, '/imagine', 'a dog');
  await slack.wire.until(() => slack.wire.of('chat.update').length > 0);
  release();
  expect(shownOf((await answer(ada)).state).text).toContain('a dog');
});

test('an upload that is said to be done and never is there is done again, and shown once', async () => {
  const { ada, channel, slack, answer } = await openHouse();
  slack.faults.next('files.completeUploadExternal', { lost: true });
  ada.slash(channel.id, '/imagine', 'a dog');
  await answer(ada);
  const shown = slack.world.messages.filter(({ files, deleted }) => files.length > 0 && !deleted);
  expect(shown).toHaveLength(1);
  const files = [...slack.world.files.values()].map(({ deleted }) => deleted);
  expect(files).toEqual([true, false]);
});

test('an upload whose end nobody heard of is looked for and not done twice', async () => {
  const { ada, channel, slack, answer } = await openHouse();
  slack.faults.next('files.completeUploadExternal', { cut: 'after' });
  ada.slash(channel.id, '/imagine', 'a dog');
  await answer(ada);
  expect(slack.world.messages.filter(({ files }) => files.length > 0)).toHaveLength(1);
  expect(slack.wire.of('upload')).toHaveLength(1);
});

test('where pictures never appear, what was taught is told in words, with the reason', async () => {
  const { ada, channel, slack, answer, form, picture } = await openHouse();
  slack.faults.next('files.completeUploadExternal', { lost: true }, 2);
  const opened = await form(ada.slash(channel.id, '/teach', 'dog'));
  ada.submit(opened, { files: [ada.upload(await picture())] });
  const { text } = shownOf((await answer(ada)).state);
  expect(text).toContain('<new1> dog');
  expect(text).toContain('Slack took the pictures but does not show them');
});

test('delete takes the picture away with its message, and the file with both', async () => {
  const { ada, channel, slack, answer } = await openHouse();
  ada.slash(channel.id, '/imagine', 'a dog');
  const message = await answer(ada);
  ada.press(message, 'Delete');
  await slack.wire.until(() => slack.world.messages.every(({ deleted }) => deleted));
  await slack.wire.until(() => [...slack.world.files.values()].every(({ deleted }) => deleted));
});

test('uploads carry no token, and what nobody could see has words', async () => {
  const { ada, channel, slack, answer } = await openHouse();
  ada.slash(channel.id, '/imagine', 'a dog');
  await answer(ada);
  expect(slack.wire.of('upload').map(({ authorization }) => authorization)).toEqual([undefined]);
  expect([...slack.world.files.values()][0]?.alt).toContain('a dog');
});

test('files for one person alone go to their own conversation with the bot, and the channel is told nothing', async () => {
  const { boss, ada, channel, slack } = await openHouse();
  boss.slash(channel.id, '/keepsake-export');
  const file = await slack.wire.until(() => slack.world.messages.find(({ files }) => files.length > 0));
  expect(file.channel).toBe(`D${boss.user.id.slice(1)}`);
  expect(slack.world.messages.filter((message) => ada.sees(message))).toEqual([]);
});

test('who waits long for what they alone will see is told that it is on its way, and nobody else is', async () => {
  const { boss, ada, channel, slack, studio, texts } = await openHouse({ times: { hint: 20 } });
  const { exportServer } = studio;
  const held = Promise.withResolvers<void>();
  studio.exportServer = async (...asked) => {
    await held.promise;
    return exportServer(...asked);
  };
  boss.slash(channel.id, '/keepsake-export');
  expect(await texts(boss)).toEqual(['I am at it …']);
  held.resolve();
  await slack.wire.until(() => slack.world.messages.some(({ files }) => files.length > 0));
  expect(slack.world.messages.filter((message) => ada.sees(message))).toEqual([]);
});

test('what is asked for in a thread is answered there, its pictures and what its buttons bring included', async () => {
  const { ada, channel, slack, team, answer, form, picture } = await openHouse();
  const { ts: thread } = ada.say(channel.id, 'dogs');
  const posted = ada.say(channel.id, 'mine', [ada.upload(await picture())], thread);
  const opened = await form(ada.shortcut(posted, 'form/teach'));
  ada.submit(opened, { values: { class: 'dog' } });
  const taught = await answer(ada);
  const from = slack.world.messages.length;
  ada.press(taught, 'Imagine it');
  await answer(ada, from);
  const byBot = slack.world.messages.filter(({ user }) => user === team.botUser);
  expect(byBot.map((message) => message.thread)).toEqual(Array(3).fill(thread));
});

test('a message that Slack cut the line on is posted once', async () => {
  const { ada, channel, slack, studio } = await openHouse();
  slack.faults.next('chat.postMessage', { cut: 'after' });
  ada.slash(channel.id, '/imagine', 'a dog');
  await slack.wire.until(() => slack.wire.of('respond').length > 0);
  expect(slack.wire.of('chat.postMessage')).toHaveLength(1);
  expect(slack.world.messages.at(-1)?.alone).toBe(ada.user.id);
  expect(shownOf(slack.world.messages.at(-1)!.state).text).toContain('Something went wrong on my side');
  expect(studio.asked).toEqual([]);
});

test('what only one may see still reaches them when the address to answer at has expired', async () => {
  const { ada, channel, slack, texts } = await openHouse();
  const held = Promise.withResolvers<void>();
  slack.faults.next('users.info', { hold: held.promise });
  await ada.slash(channel.id, '/keepsake-help').delivered;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31 * 60_000 });
  onTestFinished(() => void vi.useRealTimers());
  held.resolve();
  expect(await texts(ada)).toEqual([expect.stringContaining('/teach')]);
  expect(slack.world.messages.map(({ alone }) => alone)).toEqual([ada.user.id]);
  expect(slack.wire.of('chat.postEphemeral').map(({ outcome }) => outcome)).toEqual(['ok']);
  expect(slack.wire.of('respond')).toEqual([]);
});
