import { raise } from '../../src/result.ts';
import type { AdapterModule } from '../adapter.ts';

/** Slack, where one of the ways to it is set. What speaks to it is loaded only then. */
const slack: AdapterModule = {
  name: 'slack',
  wanted: (settings) => settings.slack !== undefined,
  async create({ slack: settings }, { bot, log, records }) {
    if (!settings) return raise('invalid-option', 'Slack is not set up: see docs/slack.md.');
    const { createSlackAdapter } = await import('./adapter.ts');
    return createSlackAdapter({ bot, log, records, ...settings });
  },
};

export default slack;
