import { slackSecretNames } from './slack.ts';
import { storeSecretNames } from './store.ts';

/** Settings whose values are never shown: those that are secrets, and addresses that may have one in them. */
export const hidden: ReadonlySet<string> = new Set([
  'CAPTION_KEY',
  'CAPTION_URL',
  'HF_TOKEN',
  'HF_ENDPOINT',
  'DISCORD_TOKEN',
  'DISCORD_API_URL',
  'REDIS_URL',
  ...slackSecretNames,
  ...storeSecretNames,
]);

/** The secrets among settings as they are given. Of an address that is its password, as it is written and as it is meant. */
export function secretsOf(given: Readonly<Record<string, string | undefined>>): readonly string[] {
  const found = [...hidden].flatMap((name) => {
    const value = given[name];
    if (value === undefined) return [];
    const address = URL.parse(value);
    return address ? [address.password, decoded(address.password)] : [value];
  });
  return [...new Set(found)].filter((secret) => secret !== '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
