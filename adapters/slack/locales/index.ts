import type { Locale } from '../../../commands/locales/index.ts';
import { en, type SlackMessages } from './en.ts';
import { zhTW } from './zh-tw.ts';

export type { SlackMessages } from './en.ts';

const tables: Readonly<Record<Locale, SlackMessages>> = { en, 'zh-TW': zhTW };

/** What is said on Slack in that language. */
export function wordsFor(locale: Locale = 'en'): SlackMessages {
  return tables[locale];
}
