import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { manifestOf, scopes } from '../../../../adapters/slack/manifest/manifest.ts';
import { yaml } from '../../../../adapters/slack/manifest/yaml.ts';
import { slashName } from '../../../../adapters/slack/names.ts';
import { loadCommands } from '../../../../commands/index.ts';
import { checkManifest } from '../../../fakes/slack/rules/manifest.ts';
import { openHouse } from '../house.ts';

const commands = await loadCommands();

test('manifest.yml is what the commands make of it', () => {
  const file = readFileSync(join(import.meta.dirname, '../../../../adapters/slack/manifest.yml'), 'utf8');
  expect(file.replace(/^#.*\n/gm, '')).toBe(yaml(manifestOf(commands)));
});

test('Slack takes the manifest, with and without a public address', () => {
  checkManifest(manifestOf(commands));
  checkManifest(manifestOf(commands, { kind: 'http', address: 'https://bot.example/' }));
  const { settings, oauth_config, features } = manifestOf(commands, {
    kind: 'http',
    address: 'https://bot.example/',
  });
  const address = 'https://bot.example/slack/events';
  expect(settings.interactivity).toEqual({ is_enabled: true, request_url: address });
  expect(settings.event_subscriptions).toMatchObject({ request_url: address });
  expect(oauth_config).toMatchObject({ redirect_urls: ['https://bot.example/slack/oauth_redirect'] });
  expect(features.slash_commands.every((one) => 'url' in one && one.url === address)).toBe(true);
});

test('every command has a name on Slack, and /help is left to Slack', () => {
  const names = manifestOf(commands).features.slash_commands.map(({ command }) => command);
  expect(names).toEqual(commands.map(({ name }) => slashName(name)));
  expect(names).toContain('/keepsake-help');
  expect(names).not.toContain('/help');
});

test('each scope is needed: without it Slack refuses something that the bot does', async () => {
  const { ada, channel, slack, answer, form, picture, team } = await openHouse();
  const open = slack.channel(team, { name: 'open', member: false });
  const opened = await form(ada.slash(open.id, '/teach', 'dog'));
  ada.submit(opened, { files: [ada.upload(await picture())] });
  await answer(ada);
  const used = new Set(slack.wire.calls.map(({ method }) => method));
  const needs: Readonly<Record<string, string>> = {
    'channels:join': 'conversations.join',
    'chat:write': 'chat.postMessage',
    'files:read': 'files.info',
    'files:write': 'files.completeUploadExternal',
    'users:read': 'users.info',
  };
  expect([...Object.keys(needs), 'commands'].sort()).toEqual([...scopes].sort());
  for (const method of Object.values(needs)) expect(used).toContain(method);
  void channel;
});

test('YAML is read as what was written', () => {
  const value = { a: 'x: "y"', b: [{ c: true, d: [1, 'two'] }, { e: 'f\n' }], g: { h: '#' } };
  expect(yaml(value)).toBe(
    'a: "x: \\"y\\""\nb:\n  - c: true\n    d:\n      - 1\n      - "two"\n  - e: "f\\n"\ng:\n  h: "#"\n',
  );
});
