import { parseArgs } from 'node:util';
import { printable } from '../../src/printable.ts';
import { ProblemError, raise } from '../../src/result.ts';

/** The number of an option of the command line. Raises 'invalid-option' where it is none in the range. */
export function wholeNumber(option: string, typed: string, least: number, most: number): number {
  const value = /^\d+$/.test(typed) ? Number(typed) : Number.NaN;
  if (value >= least && value <= most) return value;
  return raise('invalid-option', `${option} is a whole number from ${least} to ${most}, not ${typed}.`);
}

/** The names of an option of the command line, each once, of those that are separated by commas. Raises 'invalid-option' where one is unknown. */
export function knownNames(option: string, typed: string, known: readonly string[]): readonly string[] {
  const names = [...new Set(typed.split(','))];
  const odd = names.find((name) => !known.includes(name));
  if (odd === undefined) return names;
  return raise('invalid-option', `${option} takes ${known.join(', ')}, and not "${odd}".`);
}

/** Of a command that takes no more than `--help`: prints its usage where that is asked for, and says so. Throws as `parseArgs` does at any other word. */
export function askedForHelp(usage: string): boolean {
  const { values } = parseArgs({ options: { help: { type: 'boolean', default: false } } });
  if (values.help) process.stdout.write(usage);
  return values.help;
}

/** Ends the command with what stopped it: 130 where it was cancelled, otherwise 1. Bugs are thrown again. */
export function endWith(error: unknown, usage: string): void {
  if (error instanceof ProblemError) {
    console.error(printable(error.problem.message));
    process.exitCode = error.problem.code === 'cancelled' ? 130 : 1;
    return;
  }
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (code?.startsWith('ERR_PARSE_ARGS')) console.error(printable(`${message}\n\n${usage}`));
  else if (syscall !== undefined) console.error(printable(`A file or folder could not be used: ${message}.`));
  else throw error;
  process.exitCode = 1;
}
