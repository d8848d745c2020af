import { failure, type Result, success } from '../result.ts';

/** In characters. */
export const longestClassWord = 40;
export const longestLabel = 60;
export const longestDescription = 300;

/** The word for what is taught, as in `/teach dog`: 1 to 40 characters, letters of any script among them. */
export function cleanClassWord(typed: string): Result<string> {
  if (/[<>]/.test(typed)) {
    return refused(
      'The class word is what the thing is, such as dog; its <newN> is given once it is taught.',
    );
  }
  const word = oneLine(typed);
  if (word === '')
    return refused('The class word is missing. Say in a word what the pictures show, such as dog.');
  if (isLonger(word, longestClassWord)) {
    return refused(
      `The class word is longer than ${longestClassWord} characters. One word is best, such as dog.`,
    );
  }
  if (!/^[\p{L}\p{M}\p{N} '’-]+$/u.test(word) || !/[\p{L}\p{N}]/u.test(word)) {
    return refused(
      'The class word may have letters, digits, spaces, hyphens and apostrophes only, such as dog.',
    );
  }
  return success(word);
}

/** The name under which people find a concept: 1 to 60 characters on one line that show something, without angle brackets. */
export function cleanLabel(typed: string): Result<string> {
  const label = oneLine(typed.replace(/[<>]/g, ' '));
  if (label === '') return refused('The label is empty. Type a name of 1 to 60 characters.');
  if (isLonger(label, longestLabel)) {
    return refused(`The label is longer than ${longestLabel} characters. Type a shorter one.`);
  }
  return success(label);
}

/** What was typed about the pictures: up to 300 characters on one line, without angle brackets; may be empty. */
export function cleanDescription(typed: string): Result<string> {
  const description = oneLine(typed.replace(/[<>]/g, ' '));
  if (isLonger(description, longestDescription)) {
    return refused(`The description is longer than ${longestDescription} characters. Say it in fewer words.`);
  }
  return success(description);
}

/**
 * Space folded; control characters and those that show nothing left out, but for the joiners that scripts and emoji need and for what
 * makes a coloured picture of a sign. Empty where only such are there.
 */
function oneLine(text: string): string {
  const line = text
    .toWellFormed()
    .replace(/\s+/g, ' ')
    .replace(invisible, '')
    .replace(/ +/g, ' ')
    .trim()
    .normalize('NFC');
  return /[^\s\p{Default_Ignorable_Code_Point}]/u.test(line) ? line : '';
}

const invisible =
  /(?![\u200c\u200d]|(?<=\p{Extended_Pictographic})\ufe0f)[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu;

function isLonger(text: string, most: number): boolean {
  return [...text.slice(0, 2 * most + 1)].length > most;
}

function refused(sentence: string) {
  return failure('invalid-option', sentence);
}
