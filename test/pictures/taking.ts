import { expect } from 'vitest';
import { type IntakeOptions, readPicture } from '../../src/pictures/intake.ts';
import { unwrap } from '../../src/result.ts';

/** What pictures are brought to here. */
export const size = { width: 64, height: 64, fit: 'crop' } as const;

/** A picture that is taken. */
export async function read(bytes: Uint8Array, options: Partial<IntakeOptions> = {}) {
  return unwrap(await readPicture(bytes, { ...size, ...options }));
}

/** What is said of a picture that is not. */
export async function refusal(bytes: Uint8Array, options: Partial<IntakeOptions> = {}): Promise<string> {
  const result = await readPicture(bytes, { ...size, ...options });
  if (result.ok) throw new Error('the picture was taken');
  expect(result.problem.code).toBe('invalid-picture');
  return result.problem.message;
}
