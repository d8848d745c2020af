import type { ServerRecords } from '../../../model-store/store.ts';
import { attempt, failure, type Result, raise, success, unwrap } from '../../result.ts';
import { damagedSettings } from './sentences.ts';
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

const names = ['settings'];

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
