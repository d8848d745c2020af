import { PermissionFlagsBits as flags, PermissionsBitField } from 'discord.js';
import { expect, test } from 'vitest';
import {
  missingPermissions,
  permissionFor,
  roleOf,
} from '../../../../adapters/discord/registration/permissions.ts';
import { invited } from '../../../fakes/discord/index.ts';
import { openHouse } from '../house.ts';
import { permissionsOf } from '../platform.ts';

const of = (...bits: readonly bigint[]) => new PermissionsBitField(bits.slice());

test('administrators manage the server, teachers may attach files, and everyone else is everyone', () => {
  expect(roleOf(of(flags.ManageGuild))).toBe('administrator');
  expect(roleOf(of(flags.Administrator))).toBe('administrator');
  expect(roleOf(of(flags.AttachFiles, flags.SendMessages))).toBe('teacher');
  expect(roleOf(of(flags.SendMessages))).toBe('everyone');
  expect(roleOf(null)).toBe('everyone');
  expect(permissionFor('everyone')).toBeNull();
});

test.each([
  [
    'en-US',
    '/teach is for members who have the permission Attach Files in this channel. Ask one of them.',
    '/settings is for members who have the permission Manage Server. Ask one of them.',
  ],
  [
    'zh-TW',
    '/學習 只開放給在這個頻道有「附加檔案」權限的成員，請找他們幫忙。',
    '/設定 只開放給有「管理伺服器」權限的成員，請找他們幫忙。',
  ],
])(
  'whoever is offered a command that their permissions are not enough for is told which permission is: %s',
  async (locale, ofTeach, ofSettings) => {
    const { discord, guild, channel, answered, studio } = await openHouse();
    for (const name of ['teach', 'settings', 'export', 'import']) guild.opened.add(name);
    const guest = discord.person('guest', permissionsOf.everyone, locale);
    const refusal = async (name: string, values = {}) =>
      (await answered(guest.slash(channel, name, values))).state.content;
    expect(await refusal('teach', { class: 'dog' })).toBe(ofTeach);
    expect(await refusal('settings')).toBe(ofSettings);
    const manages = /Manage Server|管理伺服器/;
    expect(await refusal('export')).toMatch(manages);
    expect(await refusal('import')).toMatch(manages);
    expect(studio.asked).toEqual([]);
  },
);

test('what is missing is named as the settings of Discord name it', () => {
  expect(missingPermissions(of(invited), false)).toEqual([]);
  expect(missingPermissions(of(invited), true)).toEqual([]);
  expect(missingPermissions(of(flags.Administrator), true)).toEqual([]);
  expect(missingPermissions(of(), false)).toEqual(['View Channel', 'Send Messages', 'Attach Files']);
  expect(missingPermissions(of(flags.ViewChannel, flags.SendMessages, flags.AttachFiles), true)).toEqual([
    'Send Messages in Threads',
  ]);
});

test.each([
  ['a channel', false, flags.ViewChannel | flags.SendMessages, 'Attach Files'],
  ['a thread', true, flags.ViewChannel | flags.SendMessages | flags.AttachFiles, 'Send Messages in Threads'],
])(
  'in %s where the bot could not post its answer it begins no work, and says what it lacks',
  async (_, thread, botPermissions, lacks) => {
    const house = await openHouse();
    const { id } = house.discord.channel(house.guild, { thread, botPermissions });
    for (const sent of [
      house.ada.slash(id, 'imagine', { prompt: 'a dog' }),
      house.ada.slash(id, 'teach', { class: 'dog' }, [await house.picture()]),
    ]) {
      const answer = await house.answered(sent);
      expect(answer.state.content).toBe(
        `I may not answer in this channel: I lack ${lacks}. Ask an administrator of this server, or use another channel.`,
      );
      expect(answer.alone).toBe(house.ada.user.id);
    }
    expect(house.studio.asked).toEqual([]);
    expect((await house.answered(house.ada.slash(id, 'help'))).state.content).toContain('/imagine');
  },
);

test('a thread where the bot may post is a channel like the others', async () => {
  const house = await openHouse();
  const botPermissions = flags.ViewChannel | flags.SendMessagesInThreads | flags.AttachFiles;
  const { id } = house.discord.channel(house.guild, { thread: true, botPermissions });
  const answer = await house.answered(house.ada.slash(id, 'imagine', { prompt: 'a dog' }));
  expect(answer.state.content).toContain('a dog');
});
