import { en, type Messages } from './en.ts';
import { zhTW } from './zh-tw.ts';

export type { CommandWords, OptionWords } from './command-words.ts';
export type { Messages } from './en.ts';

/** The languages that there are messages in; the first one where no other fits. */
export const localeNames = ['en', 'zh-TW'] as const;
export type Locale = (typeof localeNames)[number];

const tables: Readonly<Record<Locale, Messages>> = { en, 'zh-TW': zhTW };

/** All that commands say in that language. */
export function messagesIn(locale: Locale = 'en'): Messages {
  return tables[locale];
}

/**
 * The language for a tag as platforms and browsers have them: `zh-TW`, `zh-Hant-HK`, `en-GB`. English where it is in none
 * of the languages that there are.
 */
export function localeOf(tag: string | undefined): Locale {
  return /^zh[-_](tw|hk|mo|hant)\b/i.test(tag ?? '') ? 'zh-TW' : 'en';
}
