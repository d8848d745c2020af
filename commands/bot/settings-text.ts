import type { ServerSettings } from '../../src/studio/rules/settings.ts';
import type { Studio } from '../../src/studio/studio.ts';
import type { Server } from '../command.ts';
import type { Messages } from '../locales/index.ts';
import { lines, type RichText, text } from './rich-text.ts';

export interface SettingsView {
  readonly words: Messages;
  /** What is said before them. */
  readonly first: string | undefined;
  /** How many concepts the server has. */
  readonly concepts: number;
  /** What its members had of their quotas together. */
  readonly used: Awaited<ReturnType<Studio['used']>>;
  /** What the platform has. */
  readonly offers: NonNullable<Server['offers']>;
}

/** A server's settings, a line each, as far as its platform has what they are about. */
export function settingsText(settings: ServerSettings, view: SettingsView): RichText {
  const { teachers, roles, channels, blocked, words, quotas, language, flagged, method } = settings;
  const { settings: say, number } = view.words;
  const { lessons, pictures } = view.used;
  const quota = (user: number, server: number, used: number) =>
    say.each(number(user), number(server), number(used));
  const names = (sign: string, list: ServerSettings['roles']) => list.map(({ name }) => sign + name);
  const rows: readonly (readonly [string, string])[] = [
    [say.labels.teachers, say.teachers[teachers]],
    ...(view.offers.includes('role')
      ? [[say.labels.roles, say.list(names('@', roles)) || say.none] as const]
      : []),
    ...(view.offers.includes('channel')
      ? [[say.labels.channels, say.list(names('#', channels)) || say.everywhere] as const]
      : []),
    ...(view.offers.includes('user')
      ? [[say.labels.blocked, say.list(names('@', blocked)) || say.nobody] as const]
      : []),
    [say.labels.words, say.list(words) || say.none],
    [say.labels.lessons, quota(quotas.lessonsPerUser, quotas.lessonsPerServer, lessons)],
    [say.labels.pictures, quota(quotas.picturesPerUser, quotas.picturesPerServer, pictures)],
    [say.labels.concepts, say.of(number(view.concepts), number(quotas.concepts))],
    [say.labels.language, say.languages[language]],
    [say.labels.flagged, say.flagged[flagged]],
    [say.labels.method, method ?? say.installation],
  ];
  return lines(
    view.first === undefined ? [] : [view.first],
    ...rows.map(([label, value]) => text`${{ strong: label }} ${value}`),
    [{ note: say.how }],
  );
}
