import type { Locale } from '../../../commands/locales/index.ts';
import { type DiscordMessages, en } from './en.ts';
import { zhTW } from './zh-tw.ts';

export type { DiscordMessages } from './en.ts';

const tables: Readonly<Record<Locale, DiscordMessages>> = { en, 'zh-TW': zhTW };

/** What is said on Discord in that language. */
export function wordsFor(locale: Locale): DiscordMessages {
  return tables[locale];
}

/** The languages that commands are described in, as Discord calls them. The first is that of the commands themselves. */
export const discordLocales = { en: 'en-US', 'zh-TW': 'zh-TW' } as const satisfies Record<Locale, string>;
