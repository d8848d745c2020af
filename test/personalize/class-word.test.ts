import { describe, expect, test } from 'vitest';
import { cleanClassWord, cleanDescription, cleanLabel } from '../../src/personalize/class-word.ts';

function value(result: ReturnType<typeof cleanClassWord>): string {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}

function sentence(result: ReturnType<typeof cleanClassWord>): string {
  if (result.ok) throw new Error(`taken: ${result.value}`);
  expect(result.problem.code).toBe('invalid-option');
  return result.problem.message;
}

describe('a class word', () => {
  test.each([
    ['dog', 'dog'],
    ['  stuffed \n animal ', 'stuffed animal'],
    ["baker's hat", "baker's hat"],
    ['t-shirt 2', 't-shirt 2'],
    ['犬', '犬'],
    ['कुत्ता', 'कुत्ता'],
    ['cafe\u0301', 'café'],
    ['do\u202eg\u0000', 'dog'],
    ['x'.repeat(40), 'x'.repeat(40)],
    ['𝒹'.repeat(40), '𝒹'.repeat(40)],
  ])('%j is kept as %j', (typed, kept) => {
    expect(value(cleanClassWord(typed))).toBe(kept);
  });

  test.each([
    ['', /missing.*such as dog/],
    [' \n\t\u200b', /missing/],
    ['x'.repeat(41), /longer than 40/],
    ['dog '.repeat(500), /longer than 40/],
    ['<new1>', /its <newN> is given once it is taught/],
    ['dog; drop', /letters, digits, spaces, hyphens/],
    ['@everyone', /letters, digits/],
    ['dog🐶', /letters, digits/],
    ["-'-", /letters, digits/],
    ['\u3164', /missing/],
  ])('%j is refused', (typed, reason) => {
    expect(sentence(cleanClassWord(typed))).toMatch(reason);
  });
});

describe('a label', () => {
  test.each([
    ['  My\nBello! ', 'My Bello!'],
    ['<@1234> & co', '@1234 & co'],
    ['👩‍👧 family', '👩‍👧 family'],
    ['a\u0007b\u202ec', 'abc'],
    ['Bel\ufe0flo\u{e0101}\u3164\u034f', 'Bello'],
    ['❤\ufe0f Bello', '❤\ufe0f Bello'],
    ['น้ำ कुत्ता', 'น้ำ कुत्ता'],
    ['a \u200b b', 'a b'],
    ['e\u200b\u0301', 'é'],
  ])('%j is kept as %j', (typed, kept) => {
    expect(value(cleanLabel(typed))).toBe(kept);
  });

  test.each([
    ['', /empty/],
    ['<>', /empty/],
    ['\u200d', /empty/],
    ['\u3164 \uffa0', /empty/],
    ['\ufe0f', /empty/],
    ['x'.repeat(61), /longer than 60/],
  ])('%j is refused', (typed, reason) => {
    expect(sentence(cleanLabel(typed))).toMatch(reason);
  });
});

describe('a description', () => {
  test('may be empty, and is one line without angle brackets', () => {
    expect(value(cleanDescription('  '))).toBe('');
    expect(value(cleanDescription('at the\r\nbeach with <new1>'))).toBe('at the beach with new1');
  });

  test('has at most 300 characters', () => {
    expect(value(cleanDescription('x'.repeat(300)))).toHaveLength(300);
    expect(sentence(cleanDescription('x'.repeat(301)))).toMatch(/longer than 300/);
  });
});
