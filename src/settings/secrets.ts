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

/** Names of settings that are addresses. */
const address = /_(URL|ENDPOINT)$/;
/** Names of what an address says behind its question mark that is not to be seen. */
const secretParameter = /pass(word|wd)?$|secret|token|api[-_]?key/i;

/** The secrets among settings as they are given. Of an address those are its passwords, as they are written and as they are meant. */
export function secretsOf(given: Readonly<Record<string, string | undefined>>): readonly string[] {
  const found = [...hidden].flatMap((name) => {
    const value = given[name];
    if (value === undefined) return [];
    const url = address.test(name) ? URL.parse(value) : null;
    return url ? passwordsOf(url) : [value];
  });
  return [...new Set(found)].filter((secret) => secret !== '');
}

function passwordsOf({ password, search }: URL): readonly string[] {
  const parameters = search.slice(1).split('&');
  const written = parameters.flatMap((parameter) => {
    const [name = '', ...rest] = parameter.split('=');
    return secretParameter.test(decoded(name)) ? [rest.join('=')] : [];
  });
  const meant = written.map((value) => decoded(value.replaceAll('+', ' ')));
  return [password, decoded(password), ...written, ...meant];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
