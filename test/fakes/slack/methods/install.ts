import { refuse } from '../answer.ts';
import { type Methods, words } from '../method.ts';

/** Installing the app, and connecting it without a public address. */
export const install = (socketAddress: () => string): Methods => ({
  'apps.connections.open': {
    token: 'app',
    answer: () => ({ url: socketAddress() }),
  },

  'oauth.v2.access': {
    token: 'none',
    answer({ world, args }) {
      if (words(args, 'client_id') !== world.clientId) refuse('invalid_client_id');
      if (words(args, 'client_secret') !== world.clientSecret) refuse('bad_client_secret');
      const code = words(args, 'code');
      const asked = world.codes.get(code);
      const team = world.teams.get(asked?.team ?? '');
      if (!asked || !team) return refuse('invalid_code');
      world.codes.delete(code);
      team.scopes = new Set(asked.scopes);
      team.token = `xoxb-${team.id}-${world.newId('S')}`;
      return {
        access_token: team.token,
        token_type: 'bot',
        scope: asked.scopes.join(','),
        bot_user_id: team.botUser,
        app_id: world.appId,
        team: asked.organisation ? null : { id: team.id, name: team.domain },
        enterprise: asked.organisation ? { id: 'E0ORGANISATION', name: 'all of it' } : null,
        authed_user: { id: [...team.users.keys()][0] ?? 'U0' },
        is_enterprise_install: asked.organisation,
      };
    },
  },

  'auth.revoke': {
    answer({ world, team }) {
      world.revoked.add(team.token);
      team.token = '';
      team.scopes = new Set();
      return { revoked: true };
    },
  },
});
