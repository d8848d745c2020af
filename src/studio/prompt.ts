import { raise } from '../result.ts';

export const longestPrompt = 1000;

/**
 * A prompt on one line, its tokens spelt as they are stored: `< New 07 >` is `<new7>`. Without what turns the order of letters around, by which people would read
 * another prompt below the picture than was drawn. Raises 'invalid-option' over 1,000
 * characters.
 */
export function cleanPrompt(typed: string): string {
  if (typed.length > longestPrompt) {
    raise(
      'invalid-option',
      `A prompt has at most ${longestPrompt.toLocaleString('en')} characters: say it in fewer words.`,
    );
  }
  return typed
    .toWellFormed()
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/\s+/g, ' ')
    .replace(/<\s?new\s?0*(\d+)\s?>/gi, (_, number: string) => `<new${number}>`)
    .trim();
}

/** A number of a request, or `fallback` where it says none. Raises 'invalid-option' outside of its range. */
export function numberWithin(
  name: string,
  value: number | undefined,
  fallback: number,
  range: { readonly minimum: number; readonly maximum: number; readonly whole: boolean },
): number {
  if (value === undefined) return fallback;
  const { minimum, maximum, whole } = range;
  if (value >= minimum && value <= maximum && (!whole || Number.isInteger(value))) return value;
  return raise(
    'invalid-option',
    `The ${name} is a ${whole ? 'whole number' : 'number'} from ${minimum} to ${maximum.toLocaleString('en')}: give one of those.`,
  );
}
