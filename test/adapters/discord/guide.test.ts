import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PermissionFlagsBits } from 'discord.js';
import { expect, test } from 'vitest';
import { commandsJson } from '../../../adapters/discord/registration/command-json.ts';
import { neededPermissions } from '../../../adapters/discord/registration/permissions.ts';
import { loadCommands } from '../../../commands/index.ts';
import { messagesIn } from '../../../commands/locales/index.ts';
import { settingNames } from '../../../src/settings/settings.ts';
import { buttonOf, labels, openHouse } from './house.ts';

/** What docs/discord.md tells a newcomer, as far as it can be seen without Discord. */

const root = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const guide = read('docs/discord.md');
const commands = await loadCommands();

/** The rows of the table under a heading of the guide, as cells. */
function table(firstHeading: string): readonly (readonly string[])[] {
  const lines = guide.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${firstHeading} |`));
  const rows = lines.slice(start + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

test('every npm command of the guide is one', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...guide.matchAll(/npm (?:run )?([a-z][a-z:]*)(?= |`|$)/gm)].map((match) => match[1]!);
  expect(new Set(named)).toEqual(new Set(['discord', 'start', 'bench:discord']));
  for (const name of named) expect(scripts).toHaveProperty(name);
});

test('every setting of the guide is one, and the token’s line in .env.example is as it says', () => {
  const named = new Set([...guide.matchAll(/\b(DISCORD_[A-Z_]+)/g)].map((match) => match[1]!));
  expect([...named].filter((name) => !settingNames.includes(name))).toEqual([]);
  expect(settingNames.filter((name) => name.startsWith('DISCORD_') && !named.has(name))).toEqual([]);
  expect(read('.env.example').split('\n')).toContain('#DISCORD_TOKEN=');
});

test('the permissions of the guide are those that the link asks for', () => {
  const bits = table('permission').map(
    ([name]) => PermissionFlagsBits[name!.replaceAll(' ', '').replace('in', 'In') as 'ViewChannel'],
  );
  expect(bits.reduce((all, bit) => all | bit, 0n)).toBe(neededPermissions);
});

test('every command and option of the guide is one', () => {
  const named = new Set([...guide.matchAll(/(?<![\w/.])\/([a-z]+)\b(?!\/)/g)].map((match) => match[1]!));
  expect([...named].filter((name) => !commands.some((command) => command.name === name))).toEqual([]);
  const [teach] = commandsJson(commands.filter(({ name }) => name === 'teach')) as unknown as [
    { options: readonly { name: string }[] },
  ];
  const step = guide.slice(guide.indexOf('## 7.'), guide.indexOf('## 8.'));
  for (const option of ['class', 'kind', 'label', 'description', 'image1', 'image2', 'image6']) {
    expect(step).toContain(`**${option}**`);
    expect(teach.options.map(({ name }) => name)).toContain(option);
  }
  expect(step).toContain(`**${commands.find(({ name }) => name === 'teach')?.menu}**`);
  expect(guide).toContain(`\`/teach\` is \`${messagesIn('zh-TW').command('teach')}\``);
});

test('who may do what is what Discord is told', () => {
  const needed = (name: string) => {
    const all = commandsJson(commands) as unknown as readonly Record<string, unknown>[];
    return all.find((command) => command.name === name)?.default_member_permissions;
  };
  const rows = Object.fromEntries(table('command').map(([who, what]) => [who, what]));
  expect(Object.keys(rows)[0]).toBe('/imagine, /concepts, /queue, /cancel, /help');
  for (const name of ['imagine', 'concepts', 'queue', 'cancel', 'help']) expect(needed(name)).toBeNull();
  expect(rows['/teach and its menu entry']).toBe('members who may attach files');
  expect(needed('teach')).toBe(String(PermissionFlagsBits.AttachFiles));
  expect(needed('Teach from this message')).toBe(String(PermissionFlagsBits.AttachFiles));
  expect(rows['/export, /import, /settings']).toBe('members with Manage Server');
  expect(needed('settings')).toBe(String(PermissionFlagsBits.ManageGuild));
  expect(rows['/forget']).toMatch(/^members with Manage Server/);
  expect(needed('forget')).toBe(String(PermissionFlagsBits.ManageGuild));
});

test('a newcomer who follows the steps comes to a first concept and a picture of it', async () => {
  const house = await openHouse();
  const { ada, channel, greeting, discord } = house;
  expect(greeting).toMatch(/^On Discord as keepsake, in one server\.$/);
  const intents = discord.wire.frames.find(({ from, op }) => from === 'bot' && op === 2)?.d;
  expect(intents).toMatchObject({ intents: 1 });
  const release = house.hold();
  const sent = ada.slash(channel, 'teach', { class: 'dog', label: 'Rex' }, [await house.picture()]);
  expect(labels(await house.working(sent))).toEqual(['Cancel']);
  release();
  const taught = await house.answered(sent);
  expect(taught.state.content.replaceAll(/[\\*]/g, '')).toMatch(/^I learnt <new1> dog “Rex”/);
  const typing = ada.type(channel, 'imagine', 'prompt', 'a re');
  await discord.wire.until(() => typing.data);
  expect(JSON.stringify(typing.data)).toContain('a <new1> dog · Rex');
  const drawing = ada.slash(channel, 'imagine', { prompt: 'a <new1> dog', count: 4 });
  const drawn = await house.answered(drawing);
  expect(labels(drawn)).toEqual(table('button').map(([label]) => label));
  expect(() => buttonOf(drawn, 'Single pictures')).not.toThrow();
});

test('what the bot says when something is wrong stands in its code as the guide has it', () => {
  const said = ['adapters/discord/adapter.ts', 'adapters/discord/locales/en.ts'].map(read).join('\n');
  for (const [words] of table('it says').slice(0, 3)) {
    expect(said).toContain(words!.replaceAll('`', ''));
  }
  expect(said).toContain('I may not answer in this channel: I lack');
});
