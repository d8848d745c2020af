import { isNamed } from '../../../commands/bot/options.ts';
import type { Command } from '../../../commands/command.ts';
import { appName, createRename, formOfCommand, slashName } from '../names.ts';

/** What the app may do in a workspace, and no more. */
export const scopes: readonly string[] = [
  'channels:join',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'users:read',
];

/** The two ways in which Slack and the bot can meet. */
export type Meeting = { readonly kind: 'socket' } | { readonly kind: 'http'; readonly address: string };

/** The app's manifest, from which Slack makes the app: everything about the commands is the commands' own. */
export function manifestOf(commands: readonly Command[], meeting: Meeting = { kind: 'socket' }) {
  const { sentence } = createRename(commands);
  const http = meeting.kind === 'http' ? meeting.address.replace(/\/+$/, '') : undefined;
  const events = http === undefined ? {} : { request_url: `${http}/slack/events` };
  const url = http === undefined ? {} : { url: `${http}/slack/events` };
  return {
    display_information: {
      name: appName,
      description: 'Learns from your pictures, one thing after another, and forgets none of them',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: true },
      bot_user: { display_name: appName, always_online: true },
      shortcuts: commands.flatMap(({ name, menu, description }) =>
        menu === undefined
          ? []
          : [
              {
                name: menu,
                type: 'message',
                callback_id: formOfCommand(name),
                description: sentence(description).slice(0, 150),
              },
            ],
      ),
      slash_commands: commands.map((command) => ({
        command: slashName(command.name),
        ...url,
        description: sentence(command.description),
        usage_hint: usageOf(command),
        should_escape: namesThings(command),
      })),
    },
    oauth_config: {
      ...(http === undefined ? {} : { redirect_urls: [`${http}/slack/oauth_redirect`] }),
      scopes: { bot: [...scopes] },
    },
    settings: {
      event_subscriptions: {
        ...events,
        bot_events: ['app_home_opened', 'app_uninstalled', 'tokens_revoked'],
      },
      interactivity: { is_enabled: true, ...events },
      org_deploy_enabled: false,
      socket_mode_enabled: http === undefined,
      token_rotation_enabled: false,
    },
  };
}

/** What comes after the command in its example. */
function usageOf({ name, example }: Command): string {
  return example.replace(`/${name}`, '').trim() || '(nothing more)';
}

/** Slack tells ids of channels and members only where it escapes what is typed. */
function namesThings({ options }: Command): boolean {
  return Object.values(options).some(isNamed);
}
