import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serverId } from '../../../adapters/slack/listening/members.ts';
import { scopes } from '../../../adapters/slack/manifest/manifest.ts';
import { slashName } from '../../../adapters/slack/names.ts';
import { loadCommands } from '../../../commands/index.ts';
import { settingNames } from '../../../src/settings/settings.ts';
import { shownOf } from '../../fakes/slack/shown.ts';
import { openHouse } from './house.ts';

/** What docs/slack.md tells a newcomer, as far as it can be seen without Slack. */

const root = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const guide = read('docs/slack.md');
const commands = await loadCommands();

/** The first cells of the table with that heading. */
function firstCells(heading: string): readonly string[] {
  const lines = guide.split('\n');
  const rows = lines.slice(lines.findIndex((line) => line.startsWith(`| ${heading} |`)) + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end < 0 ? undefined : end).map((row) => row.split('|')[1]!.trim());
}

test('every npm command and every file of the guide is there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...guide.matchAll(/npm (?:run )?([a-z][a-z:]*)(?= |`|$)/gm)].map((match) => match[1]!);
  expect(new Set(named)).toEqual(new Set(['start', 'slack', 'bench:slack']));
  for (const name of named) expect(scripts).toHaveProperty(name);
  expect(read('adapters/slack/manifest.yml')).toContain('slash_commands:');
});

test('every setting of the guide is one, and all of Slack’s are told of', () => {
  const named = new Set(
    [...guide.matchAll(/\b(SLACK_[A-Z_]+|WEB_CHAT|GRACE_DAYS)/g)].map((match) => match[1]!),
  );
  expect([...named].filter((name) => !settingNames.includes(name))).toEqual([]);
  expect(settingNames.filter((name) => name.startsWith('SLACK_') && !named.has(name))).toEqual([]);
});

test('the scopes of the guide are those of the manifest', () => {
  expect([...firstCells('scope')].sort()).toEqual([...scopes].sort());
});

test('every command of the guide is one, and who may do what is told of all', () => {
  const slashes = commands.map(({ name }) => slashName(name));
  const cells = firstCells('command').join(' ');
  const told = [...cells.matchAll(/\/[a-z-]+/g)].map(([name]) => name);
  expect([...told].sort()).toEqual([...slashes].sort());
  const typed = [...guide.matchAll(/(?<=^|`)(\/(?!invite)[a-z-]+)(?=[ `\n])/gm)].map((match) => match[1]!);
  expect(typed.filter((name) => !slashes.includes(name) && name !== '/slack')).toEqual([]);
});

test('a newcomer who follows the steps comes to a first concept and a picture of it', async () => {
  const { ada, channel, greeting, form, picture, answer, slack } = await openHouse({ kind: 'socket' });
  expect(greeting).toBe('On Slack as keepsake, in the workspace kitchen.');
  const opened = await form(ada.slash(channel.id, '/teach', 'dog'));
  const labels = opened.json.blocks.flatMap(
    ({ label }) => (label as { text: string } | undefined)?.text ?? [],
  );
  for (const label of labels.filter((one) => one !== 'Class')) expect(guide).toContain(`**${label}**`);
  ada.submit(opened, { values: { label: 'Rex' }, files: [ada.upload(await picture())] });
  expect(shownOf((await answer(ada)).state).text).toMatch(/^I learnt <new1> dog “Rex”/);
  const from = slack.world.messages.length;
  ada.slash(channel.id, '/imagine', 'a <new1> dog in the park count:4');
  const drawn = await answer(ada, from);
  expect(shownOf(drawn.state).buttons).toEqual(firstCells('button'));
});

test.each(['docs/slack.md', 'docs/data.md', '.env.example', 'bin/data.ts'])(
  'what a workspace is called as a server stands in %s as the code has it',
  (file) => {
    expect(read(file)).toContain(serverId('T01234567'));
  },
);

test('what the bot says when something is wrong stands in its code as the guide has it', () => {
  const files = ['adapter.ts', 'locales/en.ts', 'workspaces/installations.ts'];
  const said = files.map((file) => read(`adapters/slack/${file}`)).join('\n');
  for (const words of firstCells('it says').slice(0, 6)) {
    const [beginning] = words.replaceAll('`', '').split(/SLACK_(?:BOT|APP)_TOKEN/);
    expect(said).toContain(beginning);
  }
});
