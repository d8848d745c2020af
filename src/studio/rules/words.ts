import { raise } from '../../result.ts';
import { longestWord } from './settings.ts';

/**
 * The first of a server's refused words that a text has; undefined where it has none. Case, accents, width and invisible
 * characters do not matter. A word is found as a whole word: `cat` not in `concatenate`, nor in `cats`. Words of scripts
 * that put no spaces between words are found anywhere. It is a list of words and no more: it knows nothing of other
 * spellings, of meanings, or of what a picture shows.
 */
export function refusedWordIn(text: string, words: readonly string[]): string | undefined {
  const plain = plainly(text);
  return words.find((word) => hasWord(plain, plainly(word)));
}

/** Words typed with commas between them, in the order in which they came, each once. Raises 'invalid-option'. */
export function readWords(typed: string): readonly string[] {
  const words = typed.split(/[,;、，\n]/).map(plainly);
  const long = words.find((word) => [...word].length > longestWord);
  if (long !== undefined) {
    raise(
      'invalid-option',
      `A refused word has at most ${longestWord} characters: put commas between words.`,
    );
  }
  return [...new Set(words.filter((word) => letter.test(word)))];
}

const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

const letter = /[\p{L}\p{N}]/u;

function hasWord(text: string, word: string): boolean {
  if (unspaced.test(word)) return text.includes(word);
  for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + 1)) {
    const [before, after] = [text.slice(0, start), text.slice(start + word.length)];
    if (!letter.test([...before].at(-1) ?? '') && !letter.test([...after.slice(0, 2)][0] ?? '')) return true;
  }
  return false;
}

/** NFKD makes letters of wide, small and accented ones; what it took apart otherwise is put together again. */
function plainly(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFKD')
    .replace(/[\u0300-\u036f\p{Cf}]/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();
}
