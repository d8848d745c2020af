import { expect, test } from 'vitest';
import discord from '../../../adapters/discord/index.ts';
import { unwrap } from '../../../src/result.ts';
import { readSettings } from '../../../src/settings/settings.ts';

test('Discord is wanted where its token is set, and fetches attachments from the hosts of Discord alone', () => {
  const settings = (variables: Record<string, string>) =>
    unwrap(readSettings(variables, import.meta.dirname));
  expect(discord.wanted(settings({}))).toBe(false);
  const set = settings({ DISCORD_TOKEN: 'a.b.c' });
  expect(discord.wanted(set)).toBe(true);
  expect(set.discord).toEqual({
    token: 'a.b.c',
    api: 'https://discord.com/api',
    files: ['https://cdn.discordapp.com', 'https://media.discordapp.net'],
  });
});
