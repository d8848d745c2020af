import type { Locale } from '../../../commands/locales/index.ts';

/** What is called otherwise on Slack than elsewhere, in each language. */
export const terms: Readonly<Record<Locale, Readonly<Record<string, string>>>> = {
  en: {
    'this server': 'this workspace',
    'This server': 'This workspace',
    'the server': 'the workspace',
    'a server': 'a workspace',
    'A server': 'A workspace',
    'another server': 'another workspace',
    'two servers': 'two workspaces',
    'a moderator': 'an administrator',
  },
  'zh-TW': { 伺服器: '工作空間', 版主: '管理員' },
};
