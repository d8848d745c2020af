import type { Installation, InstallationQuery, InstallationStore } from '@slack/bolt';
import type { PlatformRecords } from '../../../model-store/store.ts';
import { raise } from '../../../src/result.ts';
import { notForOrganisations } from './organisations.ts';
import { createSeal } from './seal.ts';

export interface InstallationsOptions {
  readonly records: PlatformRecords;
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** Hears of a workspace that the app was installed in. */
  readonly onInstalled?: (team: string) => Promise<void>;
}

/** The workspaces that the app is installed in. */
export interface InstalledTeams {
  /** Those whose installation the key decrypts. */
  readonly open: readonly string[];
  /** Those whose installation was encrypted with another one. */
  readonly locked: readonly string[];
}

/** Installations of single workspaces, encrypted. */
export interface Installations extends Required<InstallationStore> {
  /**
   * Undefined where the app is not installed. Raises 'storage-corrupt' where it cannot be decrypted or is damaged; rejects where the
   * store fails.
   */
  find(team: string): Promise<Installation | undefined>;
  /** All but those whose record is damaged. */
  teams(): Promise<InstalledTeams>;
  remove(team: string): Promise<void>;
}

const prefix = 'installation-';
const unreadable =
  'The installation in that workspace is damaged, or was encrypted with another SLACK_ENCRYPTION_KEY. Install the app again there.';

/** Keeps where the app is installed, and the tokens it got there. */
export function createInstallations({
  records,
  key,
  onInstalled = async () => {},
}: InstallationsOptions): Installations {
  const seal = createSeal(key);
  const nameOf = (team: string) => prefix + team;
  const opened = (team: string, sealed: unknown) =>
    typeof sealed === 'string' ? seal.open(nameOf(team), sealed) : undefined;

  const find = async (team: string): Promise<Installation | undefined> => {
    const sealed = await records.read(nameOf(team));
    if (sealed === undefined) return undefined;
    const json = opened(team, sealed) ?? raise('storage-corrupt', unreadable);
    return JSON.parse(json) as Installation;
  };

  return {
    find,
    async teams() {
      const kept = [...(await records.under(prefix))].filter(([, sealed]) => sealed !== null);
      const { open = [], locked = [] } = Object.groupBy(kept, ([team, sealed]) =>
        opened(team, sealed) === undefined ? 'locked' : 'open',
      );
      return { open: open.map(([team]) => team), locked: locked.map(([team]) => team) };
    },
    async storeInstallation(installation) {
      const team = installation.team?.id;
      if (installation.isEnterpriseInstall || team === undefined) raise('not-allowed', notForOrganisations);
      await records.write(nameOf(team), seal.close(nameOf(team), JSON.stringify(installation)));
      await onInstalled(team);
    },
    fetchInstallation: async (query) =>
      (await find(teamOf(query))) ?? raise('not-found', 'The app is not installed in that workspace.'),
    deleteInstallation: (query) => records.remove(nameOf(teamOf(query))),
    remove: (team) => records.remove(nameOf(team)),
  };
}

/** Raises 'invalid-option' where installations were encrypted with another key: whoever uses the app there would not be answered. */
export async function requireKey({ teams }: Pick<Installations, 'teams'>): Promise<void> {
  const { open, locked } = await teams();
  if (locked.length === 0) return;
  raise(
    'invalid-option',
    `SLACK_ENCRYPTION_KEY does not decrypt the installations in ${locked.length} of ${open.length + locked.length} workspaces on Slack. Set it to the key that they were kept with. Where that is lost, npm run slack -- forget gives them up, and those workspaces install the app again.`,
  );
}

function teamOf({ teamId }: InstallationQuery<boolean>): string {
  return teamId ?? raise('not-found', 'The app is installed in workspaces alone.');
}
