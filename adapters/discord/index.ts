import { raise } from '../../src/result.ts';
import type { AdapterModule } from '../adapter.ts';

/** Discord, where its token is set. What speaks to it is loaded only then. */
const discord: AdapterModule = {
  name: 'discord',
  wanted: (settings) => settings.discord !== undefined,
  async create({ discord: settings }, { bot, log, folder }) {
    if (!settings)
      return raise('invalid-option', 'DISCORD_TOKEN is not set. Set it to the token of the bot.');
    const { createDiscordAdapter } = await import('./adapter.ts');
    return createDiscordAdapter({ bot, log, folder, ...settings });
  },
};

export default discord;
