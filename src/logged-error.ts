import { ProblemError } from './result.ts';

/** An error as it is logged: none of its other fields, where libraries keep what they were asked with. */
export interface LoggedError {
  readonly type: string;
  readonly message?: string;
  readonly code?: string | number;
  /** The type and the message again, and below them where it came from. */
  readonly stack?: string;
  readonly cause?: LoggedError;
}

const deepestCause = 5;
const longestMessage = 2000;

/**
 * What may be logged of whatever was thrown. A problem's sentence may quote what a person typed; its code never does. Of what servers
 * and parsers say, the parts are left out in which they repeat what they were given.
 */
export function loggedError(error: unknown, deep = 0): LoggedError {
  if (error instanceof ProblemError) return { type: error.name, code: error.problem.code };
  if (!isErrorLike(error)) return { type: nameIn(error) ?? typeof error };
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
  const type = typeOf(error);
  const message = withoutGiven(error).slice(0, longestMessage);
  return {
    type,
    message,
    ...((typeof code === 'number' || nameIn(code) !== undefined) && { code: code as string | number }),
    stack: [message === '' ? type : `${type}: ${message}`, ...framesOf(error)].join('\n'),
    ...(isErrorLike(cause) && deep < deepestCause && { cause: loggedError(cause, deep + 1) }),
  };
}

type ErrorLike = Pick<Error, 'name' | 'message' | 'stack'>;

function isErrorLike(error: unknown): error is ErrorLike {
  return (
    typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'
  );
}

/** A text that is the name of something and no more. */
function nameIn(text: unknown): string | undefined {
  return typeof text === 'string' && /^[\w.-]{1,60}$/.test(text) ? text : undefined;
}

/** Libraries call their errors by what went wrong, by their class, or not at all. */
function typeOf(error: ErrorLike): string {
  const own = nameIn(error.name);
  return own !== undefined && !/^error$/i.test(own) ? own : (nameIn(error.constructor?.name) ?? 'Error');
}

function framesOf({ message, stack = '' }: ErrorLike): readonly string[] {
  const rest = stack.includes(message) ? stack.slice(stack.indexOf(message) + message.length) : stack;
  return rest.split('\n').filter((line) => /^ {4}at /.test(line));
}

function withoutGiven(error: ErrorLike): string {
  const { message } = error;
  const { code, severity } = error as { readonly code?: unknown; readonly severity?: unknown };
  if (error instanceof SyntaxError)
    return message.replace(/(?:\.{3})?".*"(?:\.{3})? (?=is not valid JSON)/s, '');
  if (typeof severity === 'string') return message.replace(/".*"/s, '"…"');
  if (typeof code === 'string' && code.startsWith('ERR_'))
    return message.replace(/\bReceived .*/s, 'Received …');
  return message.replace(/,? with args beginning with:.*/s, '');
}
