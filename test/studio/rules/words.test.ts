import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../src/result.ts';
import { readWords, refusedWordIn } from '../../../src/studio/rules/words.ts';

describe('a refused word', () => {
  it.each([
    ['as it stands', 'a gore scene', 'gore'],
    ['in capitals', 'GORE!', 'gore'],
    ['with accents', 'some gôré', 'gore'],
    ['in wide letters', 'ｇｏｒｅ', 'gore'],
    ['with invisible characters in it', 'go\u200bre', 'gore'],
    ['next to punctuation and tokens', '<new1>gore-dog', 'gore'],
    ['of several words, however they are spaced', 'a big \n bad wolf', 'big bad'],
    ['at a later place than where it is part of another', 'gored gore', 'gore'],
    ['of a script that puts no spaces between words', '一隻血腥的狗', '血腥'],
    ['with a letter beyond 16 bits beside it that is none of its own', 'gore 🐕', 'gore'],
  ])('is found %s', (_, text, word) => {
    expect(refusedWordIn(text, ['nothing', word])).toBe(word);
  });

  it.each([
    ['a part of another', 'concatenate the cats', 'cat'],
    ['apart', 'a c a t', 'cat'],
    ['in front of a letter beyond 16 bits', 'cat𝔞', 'cat'],
    ['in an empty text', '', 'cat'],
  ])('is not found where it is %s', (_, text, word) => {
    expect(refusedWordIn(text, [word])).toBeUndefined();
  });
});

describe('words that are typed', () => {
  it('stand between commas of either kind, each once, as they are compared', () => {
    expect(readWords(' Gore, big  bad，血腥、gore; ,!')).toEqual(['gore', 'big bad', '血腥']);
  });

  it('are refused where one is longer than a word may be', () => {
    expect(() => readWords('x'.repeat(61))).toThrow(ProblemError);
    expect(readWords('x'.repeat(60))).toHaveLength(1);
  });
});
