import { settingNames } from '../../src/settings/settings.ts';

/** Variables with which every setting is unset, whatever `.env` says of the bot that this folder may run: for the environment of programs that tests start. */
export const unset: Readonly<Record<string, string>> = Object.fromEntries(
  settingNames.map((name) => [name, '']),
);
