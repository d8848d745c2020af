import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { createRest } from '../../../../adapters/discord/client.ts';
import { registerCommands } from '../../../../adapters/discord/registration/registration.ts';
import { loadCommands } from '../../../../commands/index.ts';
import { startFakeDiscord } from '../../../fakes/discord/index.ts';
import { openHouse } from '../house.ts';

const commands = await loadCommands();
const root = join(import.meta.dirname, '../../../..');

async function open() {
  const discord = await startFakeDiscord();
  onTestFinished(() => discord.stop());
  return { discord, rest: createRest(discord.api, discord.token) };
}

test('commands are written all at once, and only where something has changed', async () => {
  const { discord, rest } = await open();
  const { world, wire } = discord;
  expect(await registerCommands(rest, world.application, commands)).toBe(true);
  expect(world.commands.map(({ name }) => name)).toContain('teach');
  expect(await registerCommands(rest, world.application, commands)).toBe(false);
  expect(world.commandWrites).toBe(1);
  expect(wire.requests.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET']);
});

test.each([
  ['a description', { description: 'Something else' }],
  ['who is offered it', { offeredTo: 'administrator' as const }],
  ['an option', { options: {} }],
  ['its menu', { menu: 'Learn this' }],
])('a change of %s is a change', async (_, change) => {
  const { discord, rest } = await open();
  const { application } = discord.world;
  await registerCommands(rest, application, commands);
  const changed = commands.map((command) => (command.name === 'teach' ? { ...command, ...change } : command));
  expect(await registerCommands(rest, application, changed)).toBe(true);
  expect(await registerCommands(rest, application, changed)).toBe(false);
});

test.each([
  ['a name in another language', { name_localizations: { 'en-US': 'teach' } }],
  ['a description in another language', { description_localizations: { 'en-US': 'Something else' } }],
  ['where it is there', { contexts: [0, 1] }],
  ['who can install it', { integration_types: [0, 1] }],
])('where Discord knows otherwise %s of a command, it is told anew', async (_, known) => {
  const { discord, rest } = await open();
  const { world } = discord;
  await registerCommands(rest, world.application, commands);
  world.commands = world.commands.map((one) => (one.name === 'teach' ? { ...one, ...known } : one));
  expect(await registerCommands(rest, world.application, commands)).toBe(true);
  expect(await registerCommands(rest, world.application, commands)).toBe(false);
});

test('the bot says at its start where Discord knows other commands than it has', async () => {
  expect((await openHouse()).greeting).toBe('On Discord as keepsake, in one server.');
  expect((await openHouse({ registered: false })).greeting).toContain('npm run discord -- register');
});

test('npm run discord registers the commands and makes the link that invites the bot, without showing its token', async () => {
  const { discord } = await open();
  const env = { ...process.env, DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.api };
  const run = async (...args: string[]) => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['bin/discord.ts', ...args], {
      cwd: root,
      env,
    });
    expect(stdout + stderr).not.toContain(discord.token);
    return stdout.trim();
  };
  expect(await run('register')).toBe('Discord knows the commands now.');
  expect(await run('register')).toBe('Discord knows the commands already; nothing has changed.');
  const link = new URL(await run('invite'));
  expect(link.origin + link.pathname).toBe('https://discord.com/oauth2/authorize');
  expect(Object.fromEntries(link.searchParams)).toEqual({
    client_id: discord.world.application,
    scope: 'bot applications.commands',
    // View Channel 2^10, Send Messages 2^11, Attach Files 2^15, Send Messages in Threads 2^38.
    permissions: String(2 ** 10 + 2 ** 11 + 2 ** 15 + 2 ** 38),
    integration_type: '0',
  });
});
