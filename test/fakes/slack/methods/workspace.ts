import { refuse } from '../answer.ts';
import { type Methods, words } from '../method.ts';

export const workspace: Methods = {
  'auth.test': {
    answer: ({ team }) => ({
      url: `https://${team.domain}.slack.com/`,
      team: team.domain,
      team_id: team.id,
      user: 'keepsake',
      user_id: team.botUser,
      bot_id: team.botId,
      is_enterprise_install: false,
    }),
  },

  'users.info': {
    scope: 'users:read',
    answer({ team, args }) {
      const user = team.users.get(words(args, 'user'));
      if (!user) return refuse('user_not_found');
      return {
        user: {
          id: user.id,
          team_id: team.id,
          name: user.name,
          deleted: false,
          is_admin: user.administrator,
          is_owner: false,
          is_primary_owner: false,
          is_restricted: user.guest,
          is_ultra_restricted: false,
          is_bot: false,
          profile: { display_name: user.name, real_name: user.name },
          ...(String(args.include_locale) === 'true' && { locale: user.locale }),
        },
      };
    },
  },

  'conversations.join': {
    scope: 'channels:join',
    answer({ team, args }) {
      const channel = team.channels.get(words(args, 'channel'));
      if (!channel) return refuse('channel_not_found');
      if (channel.kind !== 'public') refuse('method_not_supported_for_channel_type');
      channel.member = true;
      return { channel: { id: channel.id } };
    },
  },
};
