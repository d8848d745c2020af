import { PermissionFlagsBits as flags, PermissionsBitField } from 'discord.js';
import { expect, test } from 'vitest';
import {
  missingPermissions,
  permissionFor,
  roleOf,
} from '../../../../adapters/discord/registration/permissions.ts';
import { invited } from '../../../fakes/discord/index.ts';
import { openHouse } from '../house.ts';

const of = (...bits: readonly bigint[]) => new PermissionsBitField(bits.slice());

test('administrators manage the server, teachers may attach files, and everyone else is everyone', () => {
  expect(roleOf(of(flags.ManageGuild))).toBe('administrator');
  expect(roleOf(of(flags.Administrator))).toBe('administrator');
  expect(roleOf(of(flags.AttachFiles, flags.SendMessages))).toBe('teacher');
  expect(roleOf(of(flags.SendMessages))).toBe('everyone');
  expect(roleOf(null)).toBe('everyone');
  expect(permissionFor('everyone')).toBeNull();
});

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
