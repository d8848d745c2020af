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
/** What Slack refuses where a scope is missing. */
const refusals = {
  'channels:join': { method: 'conversations.join', outcome: 'missing_scope' },
  'chat:write': { method: 'chat.postMessage', outcome: 'missing_scope' },
  'files:read': { method: 'download', outcome: 'page' },
  'files:write': { method: 'files.getUploadURLExternal', outcome: 'missing_scope' },
  'users:read': { method: 'users.info', outcome: 'missing_scope' },
};
const without = (scope: string) => new Set(scopes.filter((one) => one !== scope));

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

test('without the scope of commands Slack offers none', async () => {
  const { ada, channel, team } = await openHouse();
  team.scopes = without('commands');
  expect(() => ada.slash(channel.id, '/imagine', 'a dog')).toThrow('Slack knows no command');
});

test.each(Object.entries(refusals))('without %s a teach meets %o', async (scope, { method, outcome }) => {
  const { ada, slack, form, picture, team } = await openHouse();
  team.scopes = without(scope);
  const open = slack.channel(team, { name: 'open', member: scope !== 'channels:join' });
  const upload = ada.upload(await picture());
  void form(ada.slash(open.id, '/teach', 'dog')).then((opened) => ada.submit(opened, { files: [upload] }));
  await slack.wire.until(() => slack.wire.of(method).some((call) => call.outcome === outcome));
});

test('the manifest asks for those scopes and no others', () => {
  expect([...Object.keys(refusals), 'commands'].sort()).toEqual([...scopes].sort());
});

test('YAML is read as what was written', () => {
  const value = { a: 'x: "y"', b: [{ c: true, d: [1, 'two'] }, { e: 'f\n' }], g: { h: '#' } };
  expect(yaml(value)).toBe(
    'a: "x: \\"y\\""\nb:\n  - c: true\n    d:\n      - 1\n      - "two"\n  - e: "f\\n"\ng:\n  h: "#"\n',
  );
});
