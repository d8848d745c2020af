import { PermissionFlagsBits as flags } from 'discord.js';
import { expect, test } from 'vitest';
import { unwrap } from '../../../src/result.ts';
import type { ServerSettings } from '../../../src/studio/rules/settings.ts';
import type { FakeInteraction } from '../../fakes/discord/world.ts';
import { openHouse } from './house.ts';
import { permissionsOf } from './platform.ts';

test('Discord offers its own roles and channels for the options that take them', async () => {
  const { discord } = await openHouse();
  const settings = discord.world.commands.find(({ name }) => name === 'settings');
  expect(settings).toMatchObject({ default_member_permissions: (1n << 5n).toString() });
  const options = settings?.options as readonly { name: string; type: number; channel_types?: number[] }[];
  expect(options).toHaveLength(16);
  expect(options.find(({ name }) => name === 'role')).toMatchObject({ type: 8 });
  for (const member of ['block', 'refill'])
    expect(options.find(({ name }) => name === member)).toMatchObject({ type: 6 });
  const channel = options.find(({ name }) => name === 'channel');
  expect(channel).toMatchObject({ type: 7 });
  expect(channel?.channel_types?.toSorted((a, b) => a - b)).toEqual([0, 2, 5, 13, 15, 16]);
});

test('a role that is chosen is kept by its id, and its members teach, whatever it is called', async () => {
  const house = await openHouse();
  const { discord, guild, channel, studio, server, ada, ben, boss } = house;
  const role = discord.role(guild, 'painters @everyone');
  const other = discord.role(guild, 'writers');
  ada.user.roles.add(role.id);
  ben.user.roles.add(other.id);
  const answer = await house.answered(boss.slash(channel, 'settings', { role: role.id }));
  expect(answer.alone).toBe(boss.user.id);
  expect(answer.notified).toEqual([]);
  expect(unwrap(await studio.settings(server))).toMatchObject({
    teachers: 'roles',
    roles: [{ id: role.id, name: 'painters @everyone' }],
  });
  const teach = async (person: typeof ada) =>
    (await house.answered(person.slash(channel, 'teach', { class: 'dog' }, [await house.picture()]))).state
      .content;
  expect(await teach(ada)).toContain('I learnt');
  expect(await teach(ben)).toMatch(/only members with a role of these/);
  expect(await teach(boss)).toContain('I learnt');
});

test('a member who is chosen is blocked by their id, and told so alone', async () => {
  const { ada, ben, boss, channel, studio, server, ...house } = await openHouse();
  const answer = await house.answered(boss.slash(channel, 'settings', { block: ada.user.id }));
  expect(answer.notified).toEqual([]);
  expect(unwrap(await studio.settings(server)).blocked).toEqual([{ id: ada.user.id, name: ada.user.name }]);
  const refused = await house.answered(ada.slash(channel, 'imagine', { prompt: 'a dog' }));
  expect(refused).toMatchObject({
    alone: ada.user.id,
    state: { content: expect.stringMatching(/may not use me/) },
  });
  const drawn = await house.answered(ben.slash(channel, 'imagine', { prompt: 'a dog' }));
  expect(drawn.state.content).toContain('seed');
});

test('what was deleted since it was chosen is taken out by the name that the settings show', async () => {
  const house = await openHouse();
  const { discord, guild, channel, studio, server, boss } = house;
  const role = discord.role(guild, 'painters');
  const room = discord.channel(guild, { name: 'studio' });
  const say = async (options: Record<string, string>) =>
    (await house.answered(boss.slash(channel, 'settings', options))).state.content;
  await say({ role: role.id, channel: room.id });
  guild.roles.splice(guild.roles.indexOf(role), 1);
  guild.channels.splice(guild.channels.indexOf(room), 1);
  expect(() => boss.slash(channel, 'settings', { role: role.id, remove: true })).toThrow(/to choose/);
  expect(await say({ gone: 'studio' })).toContain('Where I may be used:** everywhere');
  expect(await say({ gone: '@painters' })).toContain('Roles that may teach:** none');
  expect(unwrap(await studio.settings(server))).toMatchObject({ roles: [], channels: [] });
});

test('the role that everyone has lets everyone teach who is offered it', async () => {
  const { guild, studio, server, ...house } = await openHouse();
  const everyone = { id: guild.id, name: '@everyone' };
  unwrap(await studio.changeSettings(server, (now) => ({ ...now, teachers: 'roles', roles: [everyone] })));
  const taught = house.ada.slash(house.channel, 'teach', { class: 'dog' }, [await house.picture()]);
  expect((await house.answered(taught)).state.content).toContain('I learnt');
});

test('a channel that is chosen is where the bot may be used, its threads included, and no other is', async () => {
  const house = await openHouse();
  const { discord, guild, channel, ada, boss } = house;
  const { id: studioRoom } = discord.channel(guild, { name: 'studio' });
  const { id: thread } = discord.channel(guild, { name: 'talk', thread: true, parent: studioRoom });
  const { id: elsewhere } = discord.channel(guild, { name: 'chat', thread: true, parent: channel });
  const answer = await house.answered(boss.slash(channel, 'settings', { channel: studioRoom }));
  expect(answer.state.content).toContain('studio');
  const draw = async (where: string) =>
    (await house.answered(ada.slash(where, 'imagine', { prompt: 'a dog' }))).state.content;
  expect([await draw(studioRoom), await draw(thread)]).toEqual([
    expect.stringContaining('seed'),
    expect.stringContaining('seed'),
  ]);
  for (const where of [channel, elsewhere]) expect(await draw(where)).toMatch(/only: go there/);
  expect(house.studio.asked).toHaveLength(2);
  expect((await house.answered(ada.slash(elsewhere, 'help'))).state.content).toContain('imagine');
});

test('what the settings refuse is shown to the requester alone', async () => {
  const house = await openHouse();
  const { studio, server, channel, ada } = house;
  unwrap(await studio.changeSettings(server, (now) => ({ ...now, words: ['gore'] })));
  const refused = await house.answered(ada.slash(channel, 'imagine', { prompt: 'gore' }));
  expect(refused.alone).toBe(ada.user.id);
  expect(refused.state.content).toContain('does not allow the word');
});

test('who may not teach is told so instead of being asked for pictures by a form', async () => {
  const house = await openHouse();
  const { studio, server, channel, ada } = house;
  const form = ada.slash(channel, 'teach', { class: 'dog' });
  await house.discord.wire.until(() => form.acknowledged);
  expect(form.acknowledged).toBe(9);
  unwrap(await studio.changeSettings(server, (now) => ({ ...now, teachers: 'administrators' })));
  const refused = await house.answered(ada.slash(channel, 'teach', { class: 'dog' }));
  expect(refused.state.content).toMatch(/only administrators may teach/);
});

test('a language that the server is set to is everyone’s, whatever their client’s is, in all that is said to them', async () => {
  const house = await openHouse();
  const { studio, server, channel, guild, ada, discord } = house;
  const change = async (settings: Partial<ServerSettings>) =>
    unwrap(await studio.changeSettings(server, (now) => ({ ...now, ...settings })));
  const told = async (sent: FakeInteraction) => (await house.answered(sent)).state.content;
  await change({ language: 'zh-TW' });

  const answer = await house.answered(ada.slash(channel, 'imagine', { prompt: 'a dog' }));
  expect(answer.state.components[0]?.components[0]?.label).toBe('再畫一次');
  const form = ada.slash(channel, 'teach', { class: 'dog' });
  await discord.wire.until(() => form.data);
  expect(form.data).toMatchObject({ title: '/學習' });
  expect(JSON.stringify(form.data)).toContain('請用自己的或可自由使用的圖片');
  const page = discord.attachments.keep(new Uint8Array([1, 2, 3]), { serving: 'page' });
  expect(await told(ada.slash(channel, 'teach', { class: 'dog' }, [page]))).toContain('收到的是網頁');
  await change({ teachers: 'administrators' });
  expect(await told(ada.slash(channel, 'teach', { class: 'dog' }))).toContain('只有管理員可以教我');
  guild.channels[0]!.botPermissions = flags.ViewChannel | flags.SendMessages;
  expect(await told(ada.slash(channel, 'imagine', { prompt: 'a dog' }))).toContain('「附加檔案」權限');

  await change({ language: 'en' });
  const mei = discord.person('mei', permissionsOf.teacher, 'zh-TW');
  expect(await told(mei.slash(channel, 'imagine', { prompt: 'a dog' }))).toContain('I lack Attach Files');
  expect(await told(mei.slash(channel, 'teach', { class: 'dog' }))).toContain('I lack Attach Files');
});

test('where the choice of a language cannot be read in time, people are answered in that of their client', async () => {
  const never = new Promise<never>(() => {});
  const house = await openHouse({ times: { guard: 200 } });
  const mei = house.discord.person('mei', permissionsOf.teacher, 'zh-TW');
  house.studio.settings = () => never;
  house.guild.channels[0]!.botPermissions = flags.ViewChannel | flags.SendMessages;
  const form = mei.slash(house.channel, 'teach', { class: 'dog' });
  expect((await house.answered(form)).state.content).toContain('附加檔案');
  const asked = mei.slash(house.channel, 'concepts');
  await house.discord.wire.until(() => asked.acknowledged);
  expect(asked.acknowledged).toBe(5);
});
