import type { ServerRecords } from '../../../model-store/store.ts';
import { attempt, failure, type Result, raise, success, unwrap } from '../../result.ts';
import { damagedSettings, namesOfAnother } from './sentences.ts';
import { initialSettings, mostNamed, readSettings, type ServerSettings } from './settings.ts';

/** Makes of a server's settings what they are to be. */
export type SettingsChange = (now: ServerSettings) => ServerSettings;

export interface SettingsKeeper {
  /** What administrators decided; 'storage-corrupt' where that cannot be read. */
  settings(server: string): Promise<Result<ServerSettings>>;
  /** Changes them; of changes at once each is of what the other left. 'invalid-option' where the change makes them more than may be. */
  changeSettings(server: string, change: SettingsChange): Promise<Result<ServerSettings>>;
  /** Puts them back to what holds where nobody chose, also where they are damaged. */
  resetSettings(server: string): Promise<ServerSettings>;
}

const names = ['settings'] as const;

/** Nothing is kept in memory, so that settings that are imported or deleted hold at once. */
export function settingsKeeper(records: ServerRecords): SettingsKeeper {
  const settings = async (server: string) => settingsIn(await records.read(server, ...names));

  return {
    settings,
    changeSettings: (server, change) =>
      attempt(() =>
        records.change(server, names, (stored) => {
          const changed = change(unwrap(settingsIn(stored)));
          requireFew(changed);
          if (!readSettings(changed)) throw new TypeError('these are no settings of a server');
          return { result: changed, value: changed };
        }),
      ),
    async resetSettings(server) {
      await records.remove(server, ...names);
      return initialSettings;
    },
  };
}

/** Records of a server for another one to keep, and what a person should know about that, a sentence each. */
export interface Moved {
  readonly entries: ReadonlyMap<string, unknown>;
  readonly notes: readonly string[];
}

/**
 * What another server keeps of records that are brought in, where it has its `own`. Roles and channels are one server's alone: in its
 * settings those stay that it has named itself.
 */
export function movedTo(own: ReadonlyMap<string, unknown>, entries: ReadonlyMap<string, unknown>): Moved {
  const [name] = names;
  const coming = entries.has(name) && readSettings(entries.get(name));
  const { roles, channels } = readSettings(own.get(name)) ?? initialSettings;
  const leaves = coming && coming.roles.length + coming.channels.length > 0;
  if (!coming || (!leaves && roles.length + channels.length === 0)) return { entries, notes: [] };
  const settings = { ...(entries.get(name) as object), roles, channels };
  return { entries: new Map([...entries, [name, settings]]), notes: leaves ? [namesOfAnother] : [] };
}

function settingsIn(stored: unknown): Result<ServerSettings> {
  const read = readSettings(stored);
  return read ? success(read) : failure('storage-corrupt', damagedSettings);
}

const called = { roles: 'roles', channels: 'channels', blocked: 'members', words: 'words' } as const;

function requireFew(settings: ServerSettings): void {
  for (const [name, most] of Object.entries(mostNamed) as [keyof typeof mostNamed, number][]) {
    if (settings[name].length <= most) continue;
    raise('invalid-option', `A server may name at most ${most} ${called[name]} here: take one out first.`);
  }
}
