import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program of the machine that tests start. */
export interface Program {
  /** What it may be called. */
  readonly names: readonly string[];
  /** Folders where it may be that are not on the PATH. */
  readonly folders?: () => readonly string[];
  /** The environment variable that names another one. */
  readonly variable: string;
  /** Debian's packages of it. */
  readonly packages: readonly string[];
  /** What it is, in an announcement. */
  readonly title: string;
  /** What needs it and what to do where there is none. */
  readonly sentence: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;
/** Runs a command to its end; whether it succeeded. */
export type Run = (command: string, args: readonly string[]) => boolean;

/** The program's path: that of its variable, or one that is found on the PATH. */
export function findProgram(
  { names, folders = () => [], variable }: Program,
  environment: Environment = process.env,
): string | undefined {
  const own = environment[variable];
  if (own) return isProgram(own) ? own : undefined;
  const places = [...(environment.PATH ?? '').split(delimiter).filter((one) => one !== ''), ...folders()];
  return names.flatMap((name) => places.map((folder) => join(folder, name))).find(isProgram);
}

/**
 * Installs Debian's package of a program where there is none and this user may without being asked for a password. Returns what to
 * do where there is still none.
 */
export function provideProgram(
  program: Program,
  environment: Environment = process.env,
  run: Run = runQuietly,
): string | undefined {
  const { variable, packages, title, sentence } = program;
  if (findProgram(program, environment)) return undefined;
  if (environment[variable])
    return `There is no program at ${variable}, which is ${environment[variable]}. ${sentence}`;
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
  console.log(`Installing ${title} (once) …`);
  const installed = apt('update') && apt('install', '--yes', '--no-install-recommends', ...packages);
  return installed && findProgram(program, environment)
    ? undefined
    : `It could not be installed. ${sentence}`;
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
