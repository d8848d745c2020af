import { loggedError } from '../../src/logged-error.ts';
import { printable } from '../../src/printable.ts';

/**
 * Ends the process with 1 on an error that nobody caught, and tells no more of it than the log would: Node by itself prints all fields of
 * an error, in which libraries keep what they were asked with.
 */
export function endOnUncaught(): void {
  process.on('uncaughtException', (error) => {
    const { type, code, stack } = loggedError(error);
    process.stderr.write(`${printable(stack ?? [type, code].filter(Boolean).join(': '))}\n`);
    process.exit(1);
  });
}
