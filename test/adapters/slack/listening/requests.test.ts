import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { shownOf } from '../../../fakes/slack/shown.ts';
import { openHouse } from '../house.ts';

test('a request with a wrong signature is refused and does nothing', async () => {
  const { ada, channel, studio, slack } = await openHouse();
  const sent = ada.slash(channel.id, '/imagine', 'a dog', { signature: `v0=${'0'.repeat(64)}` });
  expect((await sent.delivered).status).toBe(401);
  expect([studio.asked, slack.wire.of('chat.postMessage')]).toEqual([[], []]);
});

test('a request signed more than five minutes ago is refused and does nothing', async () => {
  const { ada, channel, studio } = await openHouse();
  const now = Math.floor(Date.now() / 1000);
  const old = ada.slash(channel.id, '/imagine', 'a dog', { timestamp: now - 301 });
  expect((await old.delivered).status).toBe(401);
  expect(studio.asked).toEqual([]);
  const fresh = ada.slash(channel.id, '/imagine', 'a dog', { timestamp: now - 200 });
  expect((await fresh.delivered).status).toBe(200);
});

test('the same sent again is answered once: commands, pressed buttons and events', async () => {
  const { ada, channel, studio, answer, slack } = await openHouse();
  const sent = ada.slash(channel.id, '/imagine', 'a dog');
  const message = await answer(ada);
  await sent.again({ retry: 1 });
  await sent.again({ retry: 2 });
  expect(studio.asked).toHaveLength(1);
  const from = slack.world.messages.length;
  const pressed = ada.press(message, 'Again');
  await answer(ada, from);
  expect((await pressed.again({ retry: 1 })).status).toBe(200);
  const opened = ada.openHome();
  await slack.wire.until(() => slack.wire.of('views.publish').length > 0);
  expect((await opened.again({ retry: 1 })).status).toBe(200);
  await pause(50);
  expect(studio.asked).toHaveLength(2);
  expect(slack.wire.of('views.publish')).toHaveLength(1);
});

test('interactions that come without a trigger are told apart, and each is answered once', async () => {
  const { ada, channel, studio, answer, slack } = await openHouse();
  ada.slash(channel.id, '/imagine', 'a dog');
  const message = await answer(ada);
  const { send } = slack.delivery;
  slack.delivery.send = (kind, { trigger_id: _, ...payload }, manner) => send(kind, payload, manner);
  for (const count of [2, 3]) {
    const from = slack.world.messages.length;
    const pressed = ada.press(message, 'Again');
    await answer(ada, from);
    await pressed.again({ retry: 1 });
    await pause(50);
    expect(studio.asked).toHaveLength(count);
  }
});

test('whatever the studio does, a command is acknowledged at once', async () => {
  const house = await openHouse();
  const release = house.hold();
  const sent = house.ada.slash(house.channel.id, '/imagine', 'a dog');
  const { status, body } = await sent.delivered;
  expect([status, body]).toEqual([200, '']);
  expect(house.studio.asked.length).toBeLessThanOrEqual(1);
  release();
  await house.answer(house.ada);
});

test('tokens are understood however Slack passes them: escaped, as typed, and bare', async () => {
  const { ada, channel, studio, slack, answer, form, picture } = await openHouse();
  for (const word of ['dog', 'hat', 'pencil']) {
    const opened = await form(ada.slash(channel.id, '/teach', word));
    const from = slack.world.messages.length;
    ada.submit(opened, { files: [ada.upload(await picture())] });
    await answer(ada, from);
  }
  const prompt = 'A <new1> dog in <new3> style & more';
  const ways = [
    [prompt, {}],
    ['A &lt;new1&gt; dog in &lt;new3&gt; style &amp; more', { raw: true }],
    [prompt, { raw: true }],
    ['A new1 dog in new3 style & more', {}],
  ] as const;
  for (const [typed, manner] of ways) {
    const from = slack.world.messages.length;
    ada.slash(channel.id, '/imagine', typed, manner);
    await answer(ada, from);
    expect(studio.asked.at(-1)?.request).toMatchObject({ prompt });
  }
});

test('what is escaped twice is read once', async () => {
  const { ada, channel, studio, answer } = await openHouse();
  ada.slash(channel.id, '/imagine', '&lt;b&gt; costs 3 &amp; more');
  await answer(ada);
  expect(studio.asked.at(-1)?.request).toMatchObject({ prompt: '&lt;b&gt; costs 3 &amp; more' });
});

test('a mention in a prompt notifies nobody, in blocks and in the words for notifications', async () => {
  const { ada, channel, answer } = await openHouse();
  ada.slash(channel.id, '/imagine', 'a dog for <!channel> and <@U0BEN>');
  const { state } = await answer(ada);
  expect(state.text).toContain('&lt;!channel&gt; and &lt;@U0BEN&gt;');
  expect(shownOf(state).text).toContain('<!channel> and <@U0BEN>');
  expect(JSON.stringify(state.blocks)).not.toMatch(/"type":"(mrkdwn|broadcast|user|link)"/);
});

test('commands are named as they are called on Slack', async () => {
  const { ada, channel, texts } = await openHouse();
  ada.slash(channel.id, '/keepsake-help');
  const [help] = await texts(ada);
  expect(help).toContain('/imagine ');
  expect(help).toContain('/keepsake-settings ');
  expect(help).not.toMatch(/(?<!keepsake-|\/)\b(?<=\/)(help|settings|queue)\b/);
});

test('help tells of a command by what it is called on Slack', async () => {
  const { ada, channel, texts } = await openHouse();
  for (const [asked, said] of [
    ['/keepsake-queue', '/keepsake-queue Shows'],
    ['keepsake-privacy', '/keepsake-privacy Says'],
    ['teach', '/teach Teaches'],
  ] as const) {
    const before = (await texts(ada, -1)).length;
    ada.slash(channel.id, '/keepsake-help', asked);
    expect((await texts(ada, before)).at(-1)).toMatch(new RegExp(`^${said}`));
  }
});

test.each([
  ['en-US', 'this workspace', 'server', 'or an administrator'],
  ['zh-TW', '這個工作空間', '伺服器', '或管理員'],
])(
  'a server is called a workspace, and a moderator an administrator, in %s',
  async (locale, called, server, or) => {
    const { slack, team, channel, answer, ben } = await openHouse();
    const mei = slack.person(team, 'mei', { locale });
    const said = async (act: () => unknown) => {
      const from = slack.world.messages.length;
      act();
      return (await answer(mei, from)).state;
    };
    const privacy = await said(() => mei.slash(channel.id, '/keepsake-privacy'));
    expect(shownOf(privacy).text).toContain(called);
    expect(privacy.text).toContain(called);
    expect(shownOf(privacy).text + privacy.text).not.toContain(server);
    ben.slash(channel.id, '/imagine', 'a dog');
    const drawn = await answer(ben);
    const refused = await said(() => mei.press(drawn, shownOf(drawn.state).buttons.at(-1)!));
    expect(shownOf(refused).text).toContain(or);
  },
);

test('what somebody typed is shown as it is, though it may be what a command or a server is called', async () => {
  const { ada, channel, texts, answer, slack } = await openHouse();
  const prompt = 'this server room with a sign that says /help';
  ada.slash(channel.id, '/imagine', prompt);
  const drawn = await answer(ada);
  expect(shownOf(drawn.state).text.split('\n')[0]).toBe(prompt);
  expect(drawn.state.text.split('\n')[0]).toBe(prompt);
  const from = slack.world.messages.length;
  ada.press(drawn, 'Use the seed');
  expect(shownOf((await answer(ada, from)).state).text).toContain(`/imagine ${prompt} count:1`);
  ada.slash(channel.id, '/imagine', 'a dog count:/help');
  expect((await texts(ada, 2)).at(-1)).toContain('not “/help”');
});

test('a channel or a member that Slack does not know is said to be so, and how one is chosen', async () => {
  const { boss, channel, texts, studio, server } = await openHouse();
  boss.slash(channel.id, '/keepsake-settings', 'channel:studio');
  expect((await texts(boss)).at(-1)).toBe(
    'Slack knows no channel “studio”. Type # and choose it from the list that opens: channel:#studio.',
  );
  boss.slash(channel.id, '/keepsake-settings', 'block:ada');
  expect((await texts(boss, 1)).at(-1)).toMatch(/^Slack knows no member “ada”\. Type @/);
  expect(await studio.settings(server)).toMatchObject({ ok: true, value: { channels: [], blocked: [] } });
});

test('what belongs to no option is asked about, and changes nothing', async () => {
  const { boss, channel, texts, studio, server } = await openHouse();
  boss.slash(channel.id, '/keepsake-settings', 'words:gore, blood');
  expect((await texts(boss)).at(-1)).toMatch(/^“blood” belongs to no option\. .*words:"gore, blood"\.$/);
  boss.slash(channel.id, '/keepsake-settings', 'words:"gore, blood"');
  await texts(boss, 1);
  expect(await studio.settings(server)).toMatchObject({ ok: true, value: { words: ['gore', 'blood'] } });
});

test('a channel that settings are about is chosen by its name', async () => {
  const { boss, ada, channel, slack, team, texts, studio, server } = await openHouse();
  const other = slack.channel(team, { name: 'studio' });
  boss.slash(channel.id, '/keepsake-settings', 'channel:#studio');
  await texts(boss);
  const settings = await studio.settings(server);
  expect(settings).toMatchObject({ ok: true, value: { channels: [{ id: other.id, name: 'studio' }] } });
  ada.slash(channel.id, '/imagine', 'a dog');
  expect((await texts(ada)).at(-1)).toContain('studio');
  expect(studio.asked).toEqual([]);
});

test('what Again draws leads to the picture that it comes from', async () => {
  const { ada, channel, answer, slack, team } = await openHouse();
  ada.slash(channel.id, '/imagine', 'a dog');
  const first = await answer(ada);
  const from = slack.world.messages.length;
  ada.press(first, 'Again');
  const { state } = await answer(ada, from);
  expect(JSON.stringify(state.blocks)).toContain(
    JSON.stringify({
      type: 'link',
      text: 'an earlier picture',
      url: `https://${team.domain}.slack.com/archives/${channel.id}/p${first.ts.replace('.', '')}`,
    }),
  );
});

test('a member whom settings are about is chosen by their name, and is told so alone where they are blocked', async () => {
  const { boss, ada, channel, texts, studio, server } = await openHouse();
  boss.slash(channel.id, '/keepsake-settings', 'block:@ada');
  expect((await texts(boss)).at(-1)).toContain('@ada');
  const settings = await studio.settings(server);
  expect(settings).toMatchObject({ ok: true, value: { blocked: [{ id: ada.user.id, name: 'ada' }] } });
  ada.slash(channel.id, '/imagine', 'a dog');
  expect((await texts(ada)).at(-1)).toMatch(/may not use me here/);
  expect(studio.asked).toEqual([]);
});

test('a bot with the token of one workspace does nothing for another', async () => {
  const { slack, studio, answer, ada, channel } = await openHouse();
  const other = slack.team('attic', { channel: channel.id });
  const stranger = slack.person(other, 'eve', { id: ada.user.id, administrator: true });
  await stranger.slash(channel.id, '/imagine', 'a dog').delivered;
  ada.slash(channel.id, '/imagine', 'a cat');
  await answer(ada);
  expect(studio.asked.map(({ request }) => request)).toMatchObject([{ prompt: 'a cat' }]);
});

test('guests only draw', async () => {
  const { slack, team, channel, texts, studio } = await openHouse();
  const guest = slack.person(team, 'guest', { guest: true });
  guest.slash(channel.id, '/teach', 'dog');
  expect((await texts(guest)).at(-1)).toMatch(/^\/teach is for teachers/);
  guest.slash(channel.id, '/keepsake-settings');
  expect((await texts(guest, 1)).at(-1)).toMatch(/^\/keepsake-settings is for administrators/);
  expect(studio.asked).toEqual([]);
});
