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
  readonly onInstalled: (team: string) => Promise<void>;
}

/** Installations of single workspaces, encrypted. */
export interface Installations extends Required<InstallationStore> {
  remove(team: string): Promise<void>;
}

/** Keeps where the app is installed, and the tokens it got there. */
export function createInstallations({ records, key, onInstalled }: InstallationsOptions): Installations {
  const seal = createSeal(key);
  const nameOf = (team: string) => `installation-${team}`;

  const find = async (team: string): Promise<Installation> => {
    const sealed = await records.read(nameOf(team));
    const json = typeof sealed === 'string' ? seal.open(nameOf(team), sealed) : undefined;
    if (json === undefined) return raise('not-found', 'The app is not installed in that workspace.');
    return JSON.parse(json) as Installation;
  };

  return {
    async storeInstallation(installation) {
      const team = installation.team?.id;
      if (installation.isEnterpriseInstall || team === undefined) raise('not-allowed', notForOrganisations);
      await records.write(nameOf(team), seal.close(nameOf(team), JSON.stringify(installation)));
      await onInstalled(team);
    },
    fetchInstallation: (query) => find(teamOf(query)),
    deleteInstallation: (query) => records.remove(nameOf(teamOf(query))),
    remove: (team) => records.remove(nameOf(team)),
  };
}

function teamOf({ teamId }: InstallationQuery<boolean>): string {
  return teamId ?? raise('not-found', 'The app is installed in workspaces alone.');
}
