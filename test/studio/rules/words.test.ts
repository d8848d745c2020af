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
    ['with variation selectors in it', 'g\ufe0fo\ufe00r\u{e0100}e', 'gore'],
    ['with fillers, joiners and shy hyphens in it', 'g\u3164o\u115f\u034fr\u00ad\u200de\uffa0', 'gore'],
    ['with what labels leave out in it', 'g\u0007o\ue000re', 'gore'],
    ['with angle brackets for spaces', 'big<bad', 'big bad'],
    ['listed with such in it', 'gore', 'go\ufe0fre'],
    ['with vowels that are marks', 'a कुत्ता', 'कुत्ता'],
    ['next to punctuation and tokens', '<new1>gore-dog', 'gore'],
    ['of several words, however they are spaced', 'a big \n bad wolf', 'big bad'],
    ['at a later place than where it is part of another', 'gored gore', 'gore'],
    ['of a script that puts no spaces between words', '一隻血腥的狗', '血腥'],
    ['with a letter beyond 16 bits beside it that is none of its own', 'gore 🐕', 'gore'],
  ])('is found %s', (_, text, word) => {
    expect(refusedWordIn(['a first text', text], ['nothing', word])).toBe(word);
  });

  it.each([
    ['a part of another', 'concatenate the cats', 'cat'],
    ['apart', 'a c a t', 'cat'],
    ['in front of a letter beyond 16 bits', 'cat𝔞', 'cat'],
    ['of other vowels, which are marks', 'कत्ता', 'कुत्ता'],
    ['of another tone, which is a mark', 'ไม', 'ไม่'],
    ['in an empty text', '', 'cat'],
  ])('is not found where it is %s', (_, text, word) => {
    expect(refusedWordIn([text], [word])).toBeUndefined();
  });
});

describe('a text that was made to be slow to look through', () => {
  const swelling = '\ufdfa';

  it('is done with before anybody would notice, where looking through all before each place would take minutes', () => {
    const words = Array.from({ length: 100 }, (_, index) => `${'a'.repeat(50)}${'b'.repeat(index % 10)}`);
    for (const attack of ['a'.repeat(1e5), 'a '.repeat(1e4), `${swelling}a`.repeat(1e4)]) {
      expect(refusedWordIn([attack], [...words, 'a a b', 'aa'])).toBeUndefined();
    }
  });

  it('is looked through to the end where it is as long as a prompt may be', () => {
    expect(refusedWordIn([`${swelling.repeat(995)} gore`], ['gore'])).toBe('gore');
  });

  it('hides no word behind any number of characters that show nothing', () => {
    expect(refusedWordIn([`${'\ufe0f\u200b\ue000 '.repeat(1e4)}gore`], ['gore'])).toBe('gore');
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
