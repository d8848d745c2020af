import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;
type Run = (command: string, args: readonly string[]) => boolean;

const names = ['chromium', 'chromium-browser', 'google-chrome'];
const sentence =
  "The tests of the local chat need Chromium: install it (Debian's package is called chromium), or set CHROMIUM to the path of yours.";

/** The path of a Chromium: that of CHROMIUM, or one that is found on the PATH. */
export function findChromium(environment: Environment = process.env): string | undefined {
  const { CHROMIUM: own, PATH: path = '' } = environment;
  if (own) return isProgram(own) ? own : undefined;
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

/**
 * Installs Debian's Chromium where there is none and this user may without being asked for a password. Returns what to
 * do where there is still none.
 */
export function provideChromium(
  environment: Environment = process.env,
  run: Run = runQuietly,
): string | undefined {
  if (findChromium(environment)) return undefined;
  if (environment.CHROMIUM)
    return `There is no program at CHROMIUM, which is ${environment.CHROMIUM}. ${sentence}`;
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '--non-interactive'];
  const apt = (...args: readonly string[]) => {
    const [command, ...rest] = [
      ...asRoot,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      '-qq',
      ...args,
    ];
    return run(command!, rest);
  };
  if (!run('apt-get', ['--version'])) return sentence;
  console.log("Installing Debian's Chromium for the tests of the local chat (once) …");
  const installed =
    apt('update') && apt('install', '--yes', '--no-install-recommends', 'chromium', 'fonts-dejavu-core');
  return installed && findChromium(environment) ? undefined : `It could not be installed. ${sentence}`;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function runQuietly(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
