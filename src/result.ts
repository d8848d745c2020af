/** The kinds of failure that Keepsake tells a person about. Anything else is a bug and is thrown. */
export type ProblemCode =
  | 'invalid-option'
  | 'invalid-picture'
  | 'unknown-token'
  | 'not-found'
  | 'not-allowed'
  | 'outrun'
  | 'cancelled'
  | 'timed-out'
  | 'engine-down'
  | 'storage-full'
  | 'storage-corrupt'
  | 'unsupported-operator'
  | 'invalid-model'
  | 'invalid-file';

/** A failure as a value: a code for programs, and a sentence that says what was wrong and what to do. */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

export function success<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function failure(
  code: ProblemCode,
  message: string,
): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { code, message } };
}

/** Carries a {@link Problem} out of deep pure code; {@link attempt} turns it back into a value at the module's edge. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Leaves deep code with a problem; the nearest {@link attempt} returns it as a value. */
export function raise(code: ProblemCode, message: string): never {
  throw new ProblemError({ code, message });
}

/** Whether an error says that a disk, or what one may have of it, is full: what 'storage-full' is raised for. */
export function isFullDisk(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT'].includes(String(error.code));
}

/** Runs `action` and returns what it raised as a value. Errors that are not problems are bugs and pass through. */
export async function attempt<T>(action: () => T | Promise<T>): Promise<Result<T>> {
  try {
    return success(await action());
  } catch (error) {
    if (error instanceof ProblemError) return { ok: false, problem: error.problem };
    throw error;
  }
}

/** The value of a result, or its problem raised. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new ProblemError(result.problem);
}
