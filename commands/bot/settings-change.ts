import { raise } from '../../src/result.ts';
import type { SettingsChange } from '../../src/studio/rules/keep-settings.ts';
import type { NamedId, QuotaName, ServerSettings } from '../../src/studio/rules/settings.ts';
import { plainly, readWords } from '../../src/studio/rules/words.ts';
import { commandLine, type Sender } from './line.ts';

/** The choice of a method that leaves it to the installation. */
export const installationMethod = 'default';

const line = { name: 'settings', positional: [] } as const;

/** What was given to /settings. */
export interface GivenSettings {
  readonly teachers?: ServerSettings['teachers'] | undefined;
  readonly role?: NamedId | undefined;
  readonly channel?: NamedId | undefined;
  readonly block?: NamedId | undefined;
  readonly words?: string | undefined;
  readonly remove?: boolean | undefined;
  readonly 'user-lessons'?: number | undefined;
  readonly 'server-lessons'?: number | undefined;
  readonly 'user-pictures'?: number | undefined;
  readonly 'server-pictures'?: number | undefined;
  readonly concepts?: number | undefined;
  readonly language?: ServerSettings['language'] | undefined;
  readonly flagged?: ServerSettings['flagged'] | undefined;
  readonly method?: string | undefined;
}

/** What becomes of the settings. Raises 'invalid-option' where what was given says nothing. */
export function changeOf(given: GivenSettings, sender: Sender): SettingsChange {
  const { settings: say } = sender.words;
  const words = given.words === undefined ? undefined : readWords(given.words);
  if (words?.length === 0) {
    raise('invalid-option', say.noWord(commandLine(sender, line, { words: 'gore, blood' })));
  }
  const { remove = false, role, channel, block, teachers, language, flagged, method } = given;
  if (remove && !role && !channel && !block && !words) raise('invalid-option', say.removeWhat);
  const teachersNow = teachers ?? (role && !remove ? 'roles' : undefined);

  return ({ method: methodBefore, ...before }) => {
    const methodNow = method === undefined ? methodBefore : method;
    return {
      ...before,
      roles: listed(before.roles, role, remove),
      channels: listed(before.channels, channel, remove),
      blocked: listed(before.blocked, block, remove),
      words: words ? wordsNow(before.words, words, remove) : before.words,
      quotas: { ...before.quotas, ...quotasOf(given) },
      ...(teachersNow && { teachers: teachersNow }),
      ...(language && { language }),
      ...(flagged && { flagged }),
      ...(methodNow !== undefined && methodNow !== installationMethod && { method: methodNow }),
    };
  };
}

/** One that is there already is called as it is called now. */
function listed(before: readonly NamedId[], one: NamedId | undefined, remove: boolean): readonly NamedId[] {
  if (!one) return before;
  const others = before.filter(({ id }) => id !== one.id);
  return remove ? others : [...others, one];
}

/** A word that was kept before it was compared as it is now is the same word. */
function wordsNow(before: readonly string[], words: readonly string[], remove: boolean): readonly string[] {
  if (remove) return before.filter((word) => !words.includes(plainly(word)));
  const known = new Set(before.map(plainly));
  return [...before, ...words.filter((word) => !known.has(word))];
}

function quotasOf(given: GivenSettings): Partial<Record<QuotaName, number>> {
  const quotas: Readonly<Record<QuotaName, number | undefined>> = {
    lessonsPerUser: given['user-lessons'],
    lessonsPerServer: given['server-lessons'],
    picturesPerUser: given['user-pictures'],
    picturesPerServer: given['server-pictures'],
    concepts: given.concepts,
  };
  return Object.fromEntries(Object.entries(quotas).filter(([, value]) => value !== undefined));
}
