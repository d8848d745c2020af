import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import { ProblemError } from './result.ts';
import type { Settings } from './settings.ts';

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
 * A logger of JSON lines, on standard error unless `destination` is given. The caption key never leaves it, in
 * whatever field it stands; user text only where the settings allow it, and else its length.
 */
export function createLog(
  settings: Pick<Settings, 'logLevel' | 'logText' | 'caption'>,
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Logger {
  const secret = settings.caption?.key;
  const written = secret === undefined ? undefined : JSON.stringify(secret).slice(1, -1);
  return pino(
    {
      level: settings.logLevel,
      base: null,
      serializers: { error: serializeError },
      ...(!settings.logText && { redact: { paths: userTextPaths(), censor: lengthOf } }),
      ...(written && { hooks: { streamWrite: (line: string) => line.replaceAll(written, '[secret]') } }),
    },
    destination,
  );
}

/** A problem's sentence may quote what a person typed; its code never does. */
function serializeError(error: unknown): unknown {
  if (error instanceof ProblemError) return { type: error.name, code: error.problem.code };
  return error instanceof Error ? stdSerializers.err(error) : error;
}

function userTextPaths(): string[] {
  return userTextFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
}

function lengthOf(value: unknown): string {
  return typeof value === 'string' ? `[${value.length} characters]` : '[user text]';
}
