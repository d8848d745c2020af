import { raise } from '../../src/result.ts';
import type { SettingsChange } from '../../src/studio/rules/keep-settings.ts';
import type { NamedId, QuotaName, ServerSettings } from '../../src/studio/rules/settings.ts';
import { plainly, readWords } from '../../src/studio/rules/words.ts';
import { commandLine, type Sender } from './line.ts';
import { shortened } from './quoted.ts';

/** The choice of a method that leaves it to the installation. */
export const installationMethod = 'default';

/** What platforms let people choose, and the sign that it is shown with. */
const named = [
  ['roles', '@'],
  ['channels', '#'],
  ['blocked', '@'],
] as const;

const line = { name: 'settings', positional: [] } as const;

/** What was given to /settings. */
export interface GivenSettings {
  readonly teachers?: ServerSettings['teachers'] | undefined;
  readonly role?: NamedId | undefined;
  readonly channel?: NamedId | undefined;
  readonly block?: NamedId | undefined;
  readonly words?: string | undefined;
  readonly remove?: boolean | undefined;
  readonly gone?: string | undefined;
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
  const { remove = false, role, channel, block, gone, teachers, language, flagged, method } = given;
  if (remove && !role && !channel && !block && !words && gone === undefined) {
    raise('invalid-option', say.removeWhat);
  }
  const teachersNow = teachers ?? (role && !remove ? 'roles' : undefined);

  return (now) => {
    const { method: methodBefore, ...before } = gone === undefined ? now : without(gone, now, sender);
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

/**
 * The settings without the role, channel or blocked member that is called so in them, with its sign or without, or that has this id.
 * Raises 'invalid-option' where that is none, or several.
 */
function without(called: string, settings: ServerSettings, sender: Sender): ServerSettings {
  const { settings: say } = sender.words;
  const all = named.flatMap(([list, sign]) =>
    settings[list].map(({ id, name }) => ({ id, name: sign + name })),
  );
  const byId = all.filter(({ id }) => id === called);
  const found = byId.length > 0 ? byId : all.filter(({ name }) => isCalled(name, called));
  const [first] = found;
  if (!first) return raise('invalid-option', say.nothingCalled(shortened(called)));
  if (found.some(({ id }) => id !== first.id)) {
    const each = found.map(({ id, name }) => `${name} ${id}`);
    raise(
      'invalid-option',
      say.severalCalled(shortened(called), each, commandLine(sender, line, { gone: first.id })),
    );
  }
  const rest = named.map(([list]) => [list, settings[list].filter(({ id }) => id !== first.id)]);
  return { ...settings, ...Object.fromEntries(rest) };
}

/** @param name with its sign before it */
function isCalled(name: string, called: string): boolean {
  const plain = (words: string) => words.normalize('NFKC').trim().toLowerCase();
  return [name, name.slice(1)].map(plain).includes(plain(called));
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
