import { type DestinationStream, type Logger, pino } from 'pino';
import { type LoggedError, loggedError } from './logged-error.ts';
import { printable } from './printable.ts';
import type { Settings } from './settings/settings.ts';

/** Where whoever runs the bot is told what happens. Never gets what people typed, but in the fields of {@link userTextFields}. */
export interface Log {
  info(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Fields that hold what people typed. Log user text under these names only; elsewhere it is not recognised. */
export const userTextFields = [
  'caption',
  'captions',
  'classWord',
  'description',
  'fileName',
  'label',
  'negativePrompt',
  'prompt',
  'text',
] as const;

/**
 * A logger on standard error, of JSON lines or, on a terminal, of plain ones; JSON lines to `destination` where it is
 * given. Of errors only what {@link loggedError} leaves. No secret of the settings ever leaves it, in whatever field it stands; user text only where the settings allow it,
 * and else its length.
 */
export function createLog(
  settings: Pick<Settings, 'logLevel' | 'logText' | 'secrets'>,
  destination: DestinationStream = standardError(),
): Logger {
  const written = settings.secrets.map((secret) => JSON.stringify(secret).slice(1, -1));
  return pino(
    {
      level: settings.logLevel,
      base: null,
      serializers: {
        error: (error: unknown) => loggedError(error),
        err: (error: unknown) => loggedError(error),
      },
      ...(!settings.logText && { redact: { paths: userTextPaths(), censor: lengthOf } }),
      ...(written.length > 0 && { hooks: { streamWrite: (line: string) => withoutAll(line, written) } }),
    },
    destination,
  );
}

function standardError(): DestinationStream {
  if (!process.stderr.isTTY) return pino.destination({ dest: 2, sync: true });
  return { write: (line) => void process.stderr.write(`${plainLine(line)}\n`) };
}

/** A line of the log for people: `error: a command failed {"command":"teach"}`, an error's stack below it. */
export function plainLine(json: string): string {
  const { level, time: _, msg, error, ...details } = JSON.parse(json) as Record<string, unknown>;
  const label = level === pino.levels.values.info ? '' : `${pino.levels.labels[Number(level)]}: `;
  const rest = Object.keys(details).length > 0 ? ` ${JSON.stringify(details)}` : '';
  return printable(`${label}${msg}${rest}${error === undefined ? '' : `\n${stackOf(error as LoggedError)}`}`);
}

function stackOf({ cause, ...error }: LoggedError): string {
  const own = error.stack ?? JSON.stringify(error);
  return cause ? `${own}\ncaused by: ${stackOf(cause)}` : own;
}

function withoutAll(line: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), line);
}

function userTextPaths(): string[] {
  return userTextFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
}

function lengthOf(value: unknown): string {
  return typeof value === 'string' ? `[${value.length} characters]` : '[user text]';
}
